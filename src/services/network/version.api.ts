import { open } from "#platform/api/rules.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type NetworkScope, route } from "./kit.ts";

const anyone = open("Which versions there are.");
const parts: readonly string[] = [
  "subnets",
  "networks",
  "ports",
  "routers",
  "floatingips",
  "security-groups",
  "security-group-rules",
  "quotas",
  "extensions",
  "agents",
  "availability_zones",
  "network-ip-availabilities",
];

/** Discovery. */
export const versionRoutes = [
  route({ on: "GET /", below: "mount", rule: anyone, of: () => ({}), run: showVersions }),
  route({ on: "GET /", rule: anyone, of: () => ({}), run: showParts }),
];

function showVersions({ url }: Ctx<NetworkScope>) {
  return { versions: [{ id: "v2.0", status: "CURRENT", links: [{ rel: "self", href: `${url}/` }] }] };
}
function showParts({ url }: Ctx<NetworkScope>) {
  return { resources: parts.map((name) => partOf(name, url)) };
}
function partOf(collection: string, url: string) {
  const name = collection.endsWith("ies") ? `${collection.slice(0, -3)}y` : collection.slice(0, -1);
  return { links: [{ href: `${url}/${collection}`, rel: "self" }], name, collection };
}
