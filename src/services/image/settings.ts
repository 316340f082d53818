import type { Settings } from "#platform/config/config.ts";

/** All ways in which bytes may come in beside the plain upload. */
export const allImportMethods = ["glance-direct", "web-download", "copy-image", "glance-download"] as const;
export type ImportMethod = (typeof allImportMethods)[number];

export function importMethodsOf(settings: Settings): readonly ImportMethod[] {
  const asked = settings["image-import-methods"]?.split(",");
  return asked ? allImportMethods.filter((one) => asked.includes(one)) : allImportMethods;
}

/** What images show of their places. */
export interface Showing {
  readonly locations: boolean;
  readonly directUrl: boolean;
}
export function showingOf(settings: Settings): Showing {
  return {
    locations: settings["image-show-locations"] ?? false,
    directUrl: settings["image-show-direct-url"] ?? false,
  };
}

/** The one form in which imported disks are kept; undefined: as they come. */
export function convertTo(settings: Settings): "raw" | "qcow2" | undefined {
  return settings["image-convert-to"];
}

/** For how many seconds deleted images can be restored. */
export function delayOf(settings: Settings): number {
  return settings["image-delayed-delete"] ?? 0;
}

/** What a copy from another cloud brings with it beside its formats: properties that begin so. */
export const broughtAlong = ["hw_", "trait:", "os_distro", "os_secure_boot", "os_type"];
