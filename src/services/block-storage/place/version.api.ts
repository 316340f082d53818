import { rank, type Version } from "#platform/api/versions.ts";
import { reply } from "#platform/service/kit.ts";
import { type Context, route } from "../kit.ts";
import { versions } from "../versions.ts";
import { versionRule as rule } from "./place.rules.ts";

export const versionRoutes = [
  route({ on: "GET /", below: "mount", rule, of: nobody, run: (ctx) => reply(document(ctx), { status: 300 }) }),
  route({ on: "GET /v3", below: "mount", rule, of: nobody, run: document }),
];

function nobody() {
  return {};
}

const sorted = (Object.keys(versions) as Version[]).sort((a, b) => rank(a) - rank(b));

function document({ url }: Context) {
  const it = {
    id: "v3.0",
    status: "CURRENT",
    version: sorted.at(-1),
    min_version: sorted[0],
    updated: "2023-08-31T00:00:00Z",
    links: [
      { rel: "describedby", type: "text/html", href: "https://docs.openstack.org/" },
      { rel: "self", href: `${url}/` },
    ],
    "media-types": [{ base: "application/json", type: "application/vnd.openstack.volume+json;version=3" }],
  };
  return { versions: [it] };
}
