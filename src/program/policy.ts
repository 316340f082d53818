import { readFile } from "node:fs/promises";
import { services } from "#cloud";
import { loadPolicy, makePolicy, overridesOf, type Policy } from "#platform/api/policy.ts";
import type { Actor, Rule, Target } from "#platform/api/rules.ts";
import type { Config } from "#platform/config/config.ts";
import type { Replay } from "#platform/decision/replay.ts";
import { askProgram } from "./control.ts";
import { defaultRoles, persona, reachOf, type Scope, targetFor, targetOf } from "./policy.personas.ts";
import { type Answered, answerInWords, replayInWords, tableInWords } from "./policy.view.ts";
import { settings } from "./settings.ts";

export interface CheckFlags extends Readonly<Record<string, unknown>> {
  readonly rule?: string;
  readonly route?: string;
  readonly service?: string;
  readonly roles?: string;
  readonly scope: Scope;
  readonly user?: string;
  readonly userDomain: string;
  readonly project?: string;
  readonly domain?: string;
  readonly system?: boolean;
  readonly target?: readonly string[];
  readonly file?: string;
  readonly json?: boolean;
}
/** A route as an operator names it, and its rule. */
export interface Guarded {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly rule: Rule;
}

/** `crunch policy check`: who may do what on which, and why. */
export async function checkPolicy(flags: CheckFlags): Promise<void> {
  const config = settings(flags);
  const policy = await loadPolicy(allRules(), flags.file ?? config.policy);
  for (const name of policy.unused) console.error(`warning: nothing asks about the rule ${name}`);
  const chosen = choose(policy, flags);
  if (!flags.rule && !flags.route) return tell(flags, tableOf(policy, chosen, flags.scope), tableInWords);
  const who = await actorsOf(config, flags);
  const answers = chosen.flatMap((it) => who.flatMap((actor) => answersOf(policy, it, actor, flags)));
  tell(flags, answers, (all) => answerInWords(policy, all));
}

/** `crunch policy diff FILE`: what another policy file would change, by the requests that were made lately. */
export async function diffPolicy(file: string, flags: Readonly<Record<string, unknown>>): Promise<void> {
  const text = await readFile(file, "utf8").catch((why: Error) => fail(`${file} cannot be read: ${why.message}`));
  const overrides = overridesOf(text, file);
  for (const name of makePolicy(allRules(), overrides).unused)
    console.error(`warning: nothing asks about the rule ${name}`);
  const it = (await askProgram(settings(flags), "/policy/diff", { given: { overrides } })) as Replay | undefined;
  if (it) tell(flags, it, (replay) => replayInWords(replay, file));
}

function tell<T>({ json }: { json?: unknown }, it: T, inWords: (it: T) => string): void {
  console.log(json ? JSON.stringify(it, null, 2) : inWords(it));
}

function fail(why: string): never {
  throw new Error(why);
}

export function allRules(): Rule[] {
  return services.flatMap((s) => s.routes.map((r) => r.rule));
}

/** Every route that a rule guards, with the whole of its path. */
export function guarded(): readonly Guarded[] {
  return services.flatMap((service) =>
    service.routes
      .filter(({ rule }) => rule.name !== "open" && rule.name !== "any_token")
      .map(({ on, key, below, rule }) => {
        const [method, path] = on.split(" ") as [string, string];
        const whole = service.mounts[0]! + (below === "mount" ? "" : service.root) + path;
        return { service: service.type, method, path: key ? `${whole} ${key}` : whole, rule };
      }),
  );
}

function choose(policy: Policy, { rule, route, service }: CheckFlags): readonly Guarded[] {
  const all = guarded().filter((it) => !service || it.service === service);
  if (all.length === 0) fail(`there is no service ${service}; there are ${services.map((s) => s.type).join(", ")}`);
  if (route) return withRoute(all, route);
  if (!rule) return all;
  const routes = all.filter((it) => it.rule.name === rule);
  if (routes.length > 0) return [routes[0]!];
  const check = policy.textOf(rule);
  if (check === undefined) fail(`there is no rule ${rule}${near(rule, policy.names)}`);
  return [{ service: "", method: "", path: "", rule: { name: rule, check, says: "" } }];
}

function withRoute(all: readonly Guarded[], route: string): readonly Guarded[] {
  const [method, ...rest] = route.trim().split(/\s+/) as [string, ...string[]];
  const path = rest.join(" ");
  const shape = (text: string) => text.replace(/\{\w+\}/g, "{}");
  const found = all.filter((it) => it.method === method.toUpperCase() && shape(it.path).endsWith(shape(path)));
  if (path === "") fail(`a route is a method and a path, as in --route "DELETE /identity/v3/users/{id}"`);
  return found.length > 0 ? found : fail(`no route that a rule guards is ${route}; crunch policy check lists them all`);
}

/** A few names that were perhaps meant. */
function near(name: string, names: readonly string[]): string {
  const far = names.map((one) => ({ one, way: distance(name, one) })).sort((a, b) => a.way - b.way);
  const alike = far.filter(({ way }) => way <= Math.max(3, name.length / 4)).slice(0, 3);
  return alike.length > 0
    ? `; perhaps ${alike.map(({ one }) => one).join(", ")}`
    : "; crunch policy check lists them all";
}

/** How many letters have to be changed to make one word of another. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j += 1)
      next.push(Math.min(row[j]! + (letter === to[j] ? 0 : 1), row[j + 1]! + 1, next[j]! + 1));
    row = next;
  }
  return row.at(-1)!;
}

function tableOf(policy: Policy, all: readonly Guarded[], scope: Scope) {
  return all.map((it) => ({
    method: it.method,
    path: it.path,
    rule: it.rule.name,
    reach: Object.fromEntries(defaultRoles.map((role) => [role, reachOf(policy, it.rule, persona([role], scope))])),
  }));
}

/** Whoever is asked about: a real user by the running program, somebody with these roles, or one for each default role. */
async function actorsOf(config: Config, flags: CheckFlags): Promise<readonly Actor[]> {
  if (flags.user) return [await realActor(config, flags)];
  if (flags.roles !== undefined) return [persona(flags.roles.split(","), flags.scope)];
  return defaultRoles.map((role) => persona([role], flags.scope));
}

async function realActor(config: Config, { user, userDomain, project, domain, system }: CheckFlags): Promise<Actor> {
  const given = { user, userDomain, project, domain, system };
  const actor = (await askProgram(config, "/policy/actor", { given })) as Actor | undefined;
  return actor ?? fail(`only a running program knows what ${user} may; --roles and --scope need none`);
}

function answersOf(policy: Policy, on: Guarded, actor: Actor, { target: given }: CheckFlags): Answered[] {
  const named = (given ?? []).filter((word) => word.includes("="));
  const words = (given ?? []).filter((word) => !word.includes("="));
  for (const word of words)
    if (word !== "own" && word !== "foreign") fail(`--target is own, foreign or name=value, not ${word}`);
  const targets: [string, Target][] =
    named.length > 0
      ? [[named.join(" "), targetOf(named.map((word) => word.split(/=(.*)/s, 2) as [string, string]))]]
      : (words.length > 0 ? words : ["own", "foreign"]).map((whose) => [
          whose,
          targetFor(policy, on.rule, actor, whose as "own"),
        ]);
  return targets.map(([whose, target]) => ({ on, actor, whose, why: policy.explain(on.rule, actor, target) }));
}
