import { reply } from "#platform/service/kit.ts";
import { route } from "../kit.ts";
import { rule } from "../rules.ts";
import { shownType } from "./schema.view.ts";
import { all, artifactTypes, typeNamed } from "./types.ts";

/** https://docs.openstack.org/glare/latest/ (schemas of artifact types) */
export const schemaRoutes = [
  route({ on: "GET /schemas", rule: rule.type_list, of: anyType, run: list }),
  route({ on: "GET /schemas/{type_name}", rule: rule.type_list, of: anyType, run: show }),
];

const headers = { "content-type": "application/schema+json; charset=UTF-8" };

function anyType() {
  return {};
}

function list() {
  const schemas = Object.fromEntries([...artifactTypes, all].map((type) => [type.name, shownType(type)]));
  return reply({ schemas }, { headers });
}

function show(_ctx: object, _it: object, { path }: { path: { type_name: string } }) {
  const type = typeNamed(path.type_name);
  return reply({ schemas: { [type.name]: shownType(type) } }, { headers });
}
