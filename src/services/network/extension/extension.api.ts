import { anyToken, rules } from "#platform/api/rules.ts";
import { route } from "../kit.ts";
import { no } from "../refusals.ts";
import { admin } from "../resource/resource.rules.ts";
import { extensions } from "./extension.ts";

const rule = rules("", {
  get_agent: [admin, "Show agents."],
  get_availability_zone: ["rule:project_reader_or_admin", "List availability zones."],
});
const anybody = anyToken("What the service can do.");

export const extensionRoutes = [
  route({ on: "GET /extensions", rule: anybody, of: () => ({}), run: () => ({ extensions }) }),
  route({
    on: "GET /extensions/{alias}",
    rule: anybody,
    of: () => ({}),
    run: (_ctx, _it, { path }) => show(path.alias),
  }),
  // No part of the service runs as an agent of its own: there is nothing to list, and nothing is hidden.
  route({ on: "GET /agents", rule: rule.get_agent, of: () => ({}), run: () => ({ agents: [] }) }),
  route({
    on: "GET /agents/{id}",
    rule: rule.get_agent,
    of: () => ({}),
    run(_ctx, _it, { path }) {
      throw no.agent(path.id);
    },
  }),
  route({
    on: "GET /availability_zones",
    rule: rule.get_availability_zone,
    of: ({ actor }) => ({ projectId: actor.projectId }),
    run: () => ({ availability_zones: zones }),
  }),
];

const zones = ["network", "router"].map((resource) => ({ name: "nova", resource, state: "available" }));

function show(alias: string) {
  const extension = extensions.find((one) => one.alias === alias);
  if (!extension) throw no.extension(alias);
  return { extension };
}
