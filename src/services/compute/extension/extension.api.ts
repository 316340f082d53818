import { notFound } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { extensionRules } from "./extension.rules.ts";
import { extensions } from "./extension.ts";
import { shown } from "./extension.view.ts";

const rule = extensionRules.extensions;

export const extensionRoutes = [
  route({ on: "GET /extensions", rule, of: nobody, run: () => ({ extensions: extensions.map(shown) }) }),
  route({ on: "GET /extensions/{alias}", rule, of: nobody, run: show }),
];

function nobody() {
  return {};
}

function show(_ctx: Ctx<Compute>, _it: object, { path: { alias } }: { path: { readonly alias: string } }) {
  const it = extensions.find((one) => one.alias === alias);
  if (!it) throw notFound("The resource could not be found.");
  return { extension: shown(it) };
}
