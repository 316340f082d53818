import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { services } from "#cloud";
import { makePolicy } from "#platform/api/policy.ts";
import type { Replay } from "#platform/decision/replay.ts";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { testCloud } from "#test/cloud.ts";
import { type Asked, askControl, serveControl } from "./control.ts";
import { policyAnswers } from "./policy.answers.ts";
import { persona, reachOf, targetFor, targetOf } from "./policy.personas.ts";
import { allRules, type CheckFlags, checkPolicy, guarded } from "./policy.ts";
import { replayInWords } from "./policy.view.ts";

const policy = makePolicy(allRules(), {});
const ruleNamed = (name: string) => allRules().find((rule) => rule.name === name)!;

/** What a command prints. */
async function said(t: TestContext, command: () => Promise<void>): Promise<string> {
  const lines: string[] = [];
  const log = t.mock.method(console, "log", (text: string) => void lines.push(text));
  await command();
  log.mock.restore();
  return lines.join("\n");
}
const check = (t: TestContext, flags: Partial<CheckFlags>) =>
  said(t, () => checkPolicy({ scope: "project", userDomain: "Default", ...flags }));

describe("crunch policy check", () => {
  test("shows the rule, what it is made of, and the clauses that decide", async (t) => {
    const text = await check(t, { rule: "identity:delete_user", roles: "manager", scope: "domain" });
    assert.match(text, /^DELETE \/identity\/v3\/users\/\{id\} {3}identity:delete_user\n {2}Delete a user\./);
    assert.match(text, /rule {6}rule:admin_required or \(role:manager and/);
    assert.match(text, /in full {3}role:admin or \(role:manager and/);
    assert.match(text, /manager on domain their-domain may: what is their own\n {6}yes {2}role:manager/);
    assert.match(
      text,
      /may not: what is somebody else's\n {6}no {3}role:admin {3}\(roles are manager, member, reader\)/,
    );
    assert.match(text, /domain_id is their-domain, target\.user\.domain_id is another-domain/);
  });

  test("takes a target's attributes as rules name them", async (t) => {
    const mine = { rule: "identity:get_user", roles: "reader", target: ["target.user.id=their-user"] };
    assert.match(await check(t, mine), /reader on project their-project may: target\.user\.id=their-user/);
    const whole = { rule: "identity:get_user", roles: "", target: ["target.user.id=somebody"] };
    assert.match(await check(t, whole), /no role on project their-project may not: target\.user\.id=somebody/);
  });

  test("lists every route with what each role may do it to", async (t) => {
    const lines = (await check(t, { service: "compute" })).split("\n");
    assert.match(lines[0]!, /^METHOD {2}PATH +RULE +admin +manager +member +reader +service +\(no role\)$/);
    const one = lines.find((line) => / \/compute\/v2\.1\/servers\/\{id\} .*servers:show/.test(line))!;
    assert.deepEqual(one.trim().split(/\s+/).slice(3), ["any", "own", "own", "own", "-", "-"]);
    const all = JSON.parse(await check(t, { json: true })) as unknown[];
    assert.equal(all.length, guarded().length);
  });

  test("goes by a file that has not been loaded yet", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "policy-"));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, "p.yaml");
    await writeFile(file, '"identity:delete_user": "role:janitor"\n');
    assert.match(await check(t, { file, rule: "identity:delete_user", roles: "janitor" }), /janitor on .* may: /);
  });

  test("says what is wrong with a question", async (t) => {
    const refused = (flags: Partial<CheckFlags>, why: RegExp) => assert.rejects(check(t, flags), why);
    await refused({ rule: "identity:delete_usr" }, /no rule identity:delete_usr; perhaps identity:delete_user/);
    await refused({ route: "GET /nowhere" }, /no route that a rule guards is GET \/nowhere/);
    await refused({ route: "GET" }, /a route is a method and a path/);
    await refused({ service: "nova" }, /there is no service nova; there are identity, /);
    await refused({ rule: "identity:get_user", target: ["mine"] }, /--target is own, foreign or name=value, not mine/);
  });
});

test("what is one's own fits all that a rule compares, and what is foreign none of it", () => {
  for (const rule of allRules()) {
    const reader = persona(["reader"], "project");
    const [own, foreign] = [targetFor(policy, rule, reader, "own"), targetFor(policy, rule, reader, "foreign")];
    if (policy.allows(rule, reader, foreign))
      assert.ok(policy.allows(rule, reader, own) || rule.check.includes("not "), rule.name);
  }
  assert.equal(reachOf(policy, ruleNamed("identity:get_user"), persona(["reader"], "system")), "any");
  assert.equal(reachOf(policy, ruleNamed("identity:get_user"), persona(["reader"], "domain")), "own");
  assert.equal(reachOf(policy, ruleNamed("identity:create_user"), persona(["reader"], "system")), "none");
  assert.deepEqual(
    targetOf([
      ["target.user.domain_id", "d"],
      ["tenant_id", "p"],
    ]),
    {
      projectId: "p",
      target: { user: { domainId: "d" } },
    },
  );
});

describe("the running program", () => {
  async function running(t: TestContext) {
    const cloud = await testCloud();
    const words = { adminPassword: "a", demoPassword: "d", publicUrl: "http://cloud", region: "RegionOne" };
    await bootstrapIdentity(cloud.spine.write, cloud.drivers.identity, words);
    const folder = await mkdtemp(join(tmpdir(), "control-"));
    const socket = join(folder, "control.sock");
    const { operations } = cloud.spine;
    const rest = { status: async () => ({}), leftovers: async () => [], stop: async () => {} };
    const server = await serveControl(socket, { operations, ...rest, more: policyAnswers(cloud.spine) });
    t.after(async () => {
      await new Promise((then) => server.close(then));
      await cloud.stop();
      await rm(folder, { recursive: true });
    });
    const ask = async <T>(path: string, given: object) => (await askControl(socket, path, { given } as Asked)) as T;
    return { cloud, ask };
  }

  test("knows who a user would be on a project, in a domain, on the system", async (t) => {
    const { ask } = await running(t);
    const userDomain = "Default";
    const demo = await ask<{ roles: string[] }>("/policy/actor", { user: "demo", userDomain, project: "demo" });
    assert.deepEqual(demo.roles.toSorted(), ["member", "reader"]);
    const admin = await ask<{ system: boolean }>("/policy/actor", { user: "admin", userDomain, system: true });
    assert.equal(admin.system, true);
    await assert.rejects(
      ask("/policy/actor", { user: "demo", userDomain, system: true }),
      /demo has no role on the system/,
    );
    await assert.rejects(ask("/policy/actor", { user: "nobody", userDomain }), /no user nobody in the domain Default/);
  });

  test("says which of the latest requests another policy would answer otherwise", async (t) => {
    const { cloud, ask } = await running(t);
    for (const as of ["admin", "demo"]) await cloud.call("GET", "/identity/v3/users", { as });
    const overrides = { "identity:list_users": "role:member and not role:admin" };
    const text = replayInWords(await ask<Replay>("/policy/diff", { overrides }), "p.yaml");
    assert.match(text, /^p\.yaml changes 1 rule\. Of 2 recorded requests it would answer 2 otherwise\./);
    assert.match(
      text,
      /Would be refused, and are allowed now:\n {2}identity GET \/users .*1 time, last 2026-11-20T12:00:00Z/,
    );
    assert.match(text, /Would be allowed, and are refused now:\n[\s\S]*role:member \(roles are member, reader\)/);
    assert.match(replayInWords(await ask<Replay>("/policy/diff", { overrides: {} }), "p.yaml"), /changes no rule/);
    await assert.rejects(ask("/policy/diff", { overrides: { a: "role:b or" } }), /cannot be read near "its end"/);
  });
});

test("every route is in the list but those that are open to everybody or to every token", () => {
  assert.equal(
    guarded().length,
    services.flatMap((s) => s.routes).filter((r) => !["open", "any_token"].includes(r.rule.name)).length,
  );
});
