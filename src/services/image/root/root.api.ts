import { open } from "#platform/api/rules.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { type ImageScope, route } from "../kit.ts";

const rule = open("Tell the versions of the Image API.");

export const rootRoutes = [
  route({ on: "GET /", below: "mount", rule, of: nobody, run: versions }),
  route({ on: "GET /versions", below: "mount", rule, of: nobody, run: discovered }),
];

function nobody() {
  return {};
}

/** 300: the client is to choose. */
function versions({ url }: Ctx<ImageScope>) {
  return reply(listed(url), { status: 300 });
}

function discovered({ url }: Ctx<ImageScope>) {
  return listed(url);
}

const minors = [16, 15, 13, 12, 11, 10, 9, 7, 6, 5, 4, 3, 2, 1, 0];

function listed(url: string) {
  const links = [{ rel: "self", href: `${url}/` }];
  return {
    versions: minors.map((minor) => ({ id: `v2.${minor}`, status: minor === 16 ? "CURRENT" : "SUPPORTED", links })),
  };
}
