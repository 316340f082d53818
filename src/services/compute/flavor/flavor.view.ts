import { atLeast, type Version } from "#platform/api/versions.ts";
import { links } from "../words.ts";
import type { Flavor } from "./flavor.ts";

interface Told {
  readonly version: Version;
  readonly url: string;
  /** Whether the asker may read extra specs. */
  readonly specs: boolean;
}

export function brief(it: Flavor, { version, url }: Told) {
  return {
    id: it.id,
    name: it.name,
    ...(atLeast(version, "2.55") && { description: it.description }),
    links: links(url, `flavors/${it.id}`),
  };
}

export function full(it: Flavor, told: Told) {
  const { version } = told;
  return {
    ...brief(it, told),
    ram: it.memoryMib,
    disk: it.diskGib,
    swap: it.swapMib || (atLeast(version, "2.75") ? 0 : ""),
    "OS-FLV-EXT-DATA:ephemeral": it.ephemeralGib,
    "OS-FLV-DISABLED:disabled": it.disabled,
    vcpus: it.vcpus,
    "os-flavor-access:is_public": it.isPublic,
    rxtx_factor: it.rxtxFactor,
    ...(atLeast(version, "2.61") && told.specs && { extra_specs: it.extraSpecs }),
  };
}
