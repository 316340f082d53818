import { makePolicy, type Overrides } from "#platform/api/policy.ts";
import type { Actor } from "#platform/api/rules.ts";
import { replay } from "#platform/decision/replay.ts";
import type { Spine } from "#platform/spine.ts";
import { type Acting, actorNamed } from "#services/identity/acting.ts";
import { allRules } from "./policy.ts";

/** What the running program answers to `crunch policy`. */
export function policyAnswers({ policy, decisions, write }: Spine) {
  return {
    "/policy/actor": ({ given }: { given?: object }): Promise<Actor> => actorNamed(write, given as Acting),
    "/policy/diff": async ({ given }: { given?: object }) => {
      const rules = allRules();
      const other = makePolicy(rules, (given as { overrides: Overrides }).overrides);
      return replay(await decisions.list(), rules, policy, other);
    },
  };
}
