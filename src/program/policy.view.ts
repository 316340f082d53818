import type { Policy } from "#platform/api/policy.ts";
import { deciding, type Explanation } from "#platform/api/policy-explain.ts";
import type { Actor } from "#platform/api/rules.ts";
import type { Change, Replay } from "#platform/decision/replay.ts";
import type { Reach } from "./policy.personas.ts";
import type { Guarded } from "./policy.ts";

/** One question to the policy, with its answer. */
export interface Answered {
  readonly on: Guarded;
  readonly actor: Actor;
  /** "own", "foreign", or the attributes that were given. */
  readonly whose: string;
  readonly why: Explanation;
}
interface Row {
  readonly method: string;
  readonly path: string;
  readonly rule: string;
  readonly reach: Readonly<Record<string, Reach>>;
}

const signs: Readonly<Record<Reach, string>> = { any: "any", own: "own", none: "-" };

/** Every route, and what each role may do it to. */
export function tableInWords(rows: readonly Row[]): string {
  const roles = Object.keys(rows[0]?.reach ?? {});
  const head = ["METHOD", "PATH", "RULE", ...roles.map((role) => (role === "" ? "(no role)" : role))];
  const cells = rows.map((it) => [it.method, it.path, it.rule, ...roles.map((role) => signs[it.reach[role]!])]);
  const foot =
    "any: anybody's. own: what is theirs. -: nothing. Roles bring others with them: admin, manager, member, reader.";
  return [...aligned([head, ...cells]), "", foot].join("\n");
}

/** Rule, expansion and the clause that decided, for each question; questions about one route stand together. */
export function answerInWords(policy: Policy, all: readonly Answered[]): string {
  const byRoute = Map.groupBy(all, ({ on }) => on);
  return [...byRoute].map(([on, answers]) => routeInWords(policy, on, answers)).join("\n\n");
}

function routeInWords(policy: Policy, { method, path, rule }: Guarded, answers: readonly Answered[]): string {
  const title = [`${method} ${path}`.trim(), rule.name].filter((it) => it !== "").join("   ");
  const expanded = answers[0]!.why.text;
  const text = policy.textOf(rule.name) ?? rule.check;
  return [
    title,
    ...(rule.says ? [`  ${rule.says}`] : []),
    `  rule      ${text === "" ? '""' : text}`,
    ...(expanded === text ? [] : [`  in full   ${expanded}`]),
    ...answers.flatMap(answer),
  ].join("\n");
}

function answer({ actor, whose, why }: Answered): string[] {
  const target = whose === "own" ? "what is their own" : whose === "foreign" ? "what is somebody else's" : whose;
  const verdict = why.passes ? "may" : "may not";
  return [`  ${actorInWords(actor)} ${verdict}: ${target}`, ...deciding(why).map((it) => `      ${clause(it)}`)];
}

function clause({ text, passes, why }: Explanation): string {
  return `${passes ? "yes" : "no "}  ${text}${why ? `   (${why})` : ""}`;
}

function actorInWords({ userName, userId, roles, projectId, domainId, system }: Actor): string {
  const who = userName === "their-user" ? "" : `${userName} `;
  const scope = system
    ? "the system"
    : projectId
      ? `project ${projectId}`
      : domainId
        ? `domain ${domainId}`
        : "no scope";
  return `${who || (userId === "their-user" ? "" : `${userId} `)}${roles.join(", ") || "no role"} on ${scope}`;
}

/** What another policy file would change. */
export function replayInWords({ requests, changed, changes, rules }: Replay, file: string): string {
  if (rules.length === 0) return `${file} changes no rule.`;
  const head = `${file} changes ${count(rules.length, "rule")}. Of ${count(requests, "recorded request")} it would answer ${changed} otherwise.`;
  const lines = rules.flatMap(({ name, from, to, requests: asked }) => [
    `  ${name}   (${count(asked, "recorded request")})`,
    `      now    ${from === "" ? '""' : from}`,
    `      then   ${to === "" ? '""' : to}`,
  ]);
  const refused = changes.filter(({ would }) => !would);
  const allowed = changes.filter(({ would }) => would);
  return [
    head,
    ...lines,
    ...part("Would be refused, and are allowed now:", refused),
    ...part("Would be allowed, and are refused now:", allowed),
  ].join("\n");
}

function part(title: string, changes: readonly Change[]): string[] {
  if (changes.length === 0) return [];
  return ["", title, ...changes.toSorted((a, b) => b.decision.times - a.decision.times).flatMap(change)];
}

function change({ decision: { route, service, rule, actor, times, lastAt }, because }: Change): string[] {
  return [
    `  ${service} ${route}   ${rule}   ${count(times, "time")}, last ${lastAt.slice(0, 19)}Z`,
    `      user ${actor.userId || "nobody"}: ${actorInWords({ ...actor, userName: "their-user", userId: "their-user" })}`,
    ...because.map((it) => `      ${it}`),
  ];
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
}
