import { type Context, route } from "../kit.ts";
import { rule } from "../repository/repository.rules.ts";

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#determining-support */
export const rootRoutes = [route({ on: "GET /", rule: rule.known, of: own, run: () => ({}) })];

function own({ actor }: Context) {
  return { projectId: actor.projectId };
}
