import type { Settings } from "#platform/config/config.ts";
import type { WebOptions } from "./driver.ts";
import type { Filter } from "./filter.ts";

/** What the configuration says of downloads. */
export function downloadsOf(settings: Settings): WebOptions {
  return {
    filter: filterOf(settings),
    largest: settings["image-download-largest"],
    seconds: settings["image-download-seconds"],
  };
}

function filterOf(settings: Settings): Filter {
  const ports = (text: string | undefined) => (text === "any" ? [] : list(text)?.map(Number));
  return {
    allowedSchemes: list(settings["image-download-schemes"]),
    disallowedSchemes: list(settings["image-download-no-schemes"]),
    allowedHosts: list(settings["image-download-hosts"]),
    disallowedHosts: list(settings["image-download-no-hosts"]),
    allowedPorts: ports(settings["image-download-ports"]),
    disallowedPorts: ports(settings["image-download-no-ports"]),
    inside: list(settings["image-download-inside"]),
  };
}

function list(text: string | undefined): string[] | undefined {
  return text?.split(",").map((one) => one.trim());
}
