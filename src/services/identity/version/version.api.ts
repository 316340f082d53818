import { open } from "#platform/api/rules.ts";
import { reply } from "#platform/service/kit.ts";
import { type Context, route } from "../kit.ts";
import { version } from "./version.view.ts";

const rule = open("Which versions of the Identity API there are.");
const nobody = () => ({});

export const versionRoutes = [
  route({ on: "GET /", below: "mount", rule, of: nobody, run: all }),
  route({ on: "GET /v3", below: "mount", rule, of: nobody, run: one }),
];

function all({ url }: Context) {
  const headers = { location: `${url}/`, vary: "X-Auth-Token" };
  return reply({ versions: { values: [version(url)] } }, { status: 300, headers });
}

function one({ url }: Context) {
  return reply({ version: version(url) }, { headers: { vary: "X-Auth-Token" } });
}
