import { open } from "#platform/api/rules.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { type ImageScope, route } from "../kit.ts";

const rule = open("Tell the versions of the Image API.");

export const rootRoutes = [
  route({ on: "GET /", below: "mount", rule, of: nobody, run: versions }),
  route({ on: "GET /versions", below: "mount", rule, of: nobody, run: discovered }),
  ...["/v1", "/v1/", "/v1/images", "/v1/images/detail", "/v1/images/{image_id}", "/v1/shared-images/{member_id}"].map(
    (path) => route({ on: `GET ${path}`, below: "mount", rule, of: nobody, run: old }),
  ),
];

function nobody() {
  return {};
}

/** 300: the client is to choose. */
function versions({ url }: Ctx<ImageScope>) {
  return reply(listed(url), { status: 300 });
}

/** What was version 1 says where version 2 is. */
function old({ url }: Ctx<ImageScope>) {
  const message = `Version 1 of the Image API is gone: its requests have others in version 2, below ${url}.`;
  return reply({ message, ...listed(url) }, { status: 300 });
}

function discovered({ url }: Ctx<ImageScope>) {
  return listed(url);
}

const minors = Array.from({ length: 17 }, (_, i) => 16 - i);

function listed(url: string) {
  const links = [{ rel: "self", href: `${url}/` }];
  return {
    versions: minors.map((minor) => ({ id: `v2.${minor}`, status: minor === 16 ? "CURRENT" : "SUPPORTED", links })),
  };
}
