import { atLeast, type Version } from "#platform/api/versions.ts";
import type { Provider } from "./provider.ts";

export function shown(it: Provider, v: Version, base: string) {
  const { id: uuid, name, generation } = it;
  return {
    uuid,
    name,
    generation,
    ...(atLeast(v, "1.14") && { parent_provider_uuid: it.parentId, root_provider_uuid: it.rootId }),
    links: links(uuid, v, base),
  };
}

function links(uuid: string, v: Version, base: string) {
  const href = `${base}/resource_providers/${uuid}`;
  const rels = ["inventories", "usages"];
  if (atLeast(v, "1.1")) rels.push("aggregates");
  if (atLeast(v, "1.6")) rels.push("traits");
  if (atLeast(v, "1.11")) rels.push("allocations");
  return [{ rel: "self", href }, ...rels.map((rel) => ({ rel, href: `${href}/${rel}` }))];
}

/** Of 1.15 on, every answer says when it was last changed, and that it may not be kept. */
export function fresh(v: Version, updatedAt: string): Record<string, string> {
  if (!atLeast(v, "1.15")) return {};
  return { "last-modified": new Date(updatedAt).toUTCString(), "cache-control": "no-cache" };
}
