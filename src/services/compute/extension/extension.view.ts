import type { Extension } from "./extension.ts";

/** In the fixed words that Nova kept when extensions ended. */
export function shown(it: Extension) {
  return {
    ...it,
    links: [],
    namespace: "http://docs.openstack.org/compute/ext/fake_xml",
    updated: "2014-12-03T00:00:00Z",
  };
}
