import { open } from "#platform/api/rules.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type PlacementScope, route } from "../kit.ts";
import { nobody } from "../provider/provider.api.ts";

export const rootRoutes = [
  route({
    on: "GET /",
    below: "mount",
    rule: open("Tell the versions of the Placement API."),
    of: nobody,
    run: versions,
  }),
];

function versions({ url }: Ctx<PlacementScope>) {
  const links = [{ rel: "self", href: new URL(url).pathname.replace(/\/$/, "") }];
  return { versions: [{ id: "v1.0", max_version: "1.39", min_version: "1.0", status: "CURRENT", links }] };
}
