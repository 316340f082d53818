import { open } from "#platform/api/rules.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "./kit.ts";
import { versions } from "./versions.ts";

const anybody = open("Say which versions of the Compute API there are.");

export const versionRoutes = [
  route({ on: "GET /", below: "mount", rule: anybody, of: nobody, run: listVersions }),
  route({ on: "GET /v2", below: "mount", rule: anybody, of: nobody, run: showOld }),
  route({ on: "GET /", rule: anybody, of: nobody, run: showNew }),
];

function nobody() {
  return {};
}

function listVersions(ctx: Ctx<Compute>) {
  return { versions: [old(ctx), now(ctx)] };
}

function showOld(ctx: Ctx<Compute>) {
  const it = old(ctx);
  return { version: { ...it, links: [...it.links, described], "media-types": media("2") } };
}

function showNew(ctx: Ctx<Compute>) {
  const it = now(ctx);
  return { version: { ...it, links: [...it.links, described], "media-types": media("2.1") } };
}

/** The v2 API, before microversions: Nova still lists it first. */
function old(ctx: Ctx<Compute>) {
  const links = [{ rel: "self", href: `${mount(ctx)}/v2/` }];
  return { id: "v2.0", status: "SUPPORTED", version: "", min_version: "", updated: "2011-01-21T11:33:21Z", links };
}

function now(ctx: Ctx<Compute>) {
  const links = [{ rel: "self", href: `${mount(ctx)}/v2.1/` }];
  const newest = Object.keys(versions).at(-1);
  return { id: "v2.1", status: "CURRENT", version: newest, min_version: "2.1", updated: "2013-07-23T11:33:21Z", links };
}

const described = { rel: "describedby", type: "text/html", href: "http://docs.openstack.org/" };

function media(version: string) {
  return [{ base: "application/json", type: `application/vnd.openstack.compute+json;version=${version}` }];
}

function mount({ url }: Ctx<Compute>): string {
  return url.replace(/\/v2\.1.*$/, "");
}
