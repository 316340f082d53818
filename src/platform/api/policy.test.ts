import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { loadPolicy, makePolicy, overridesOf } from "./policy.ts";
import { deciding } from "./policy-explain.ts";
import type { Actor, Rule } from "./rules.ts";

const rule = (check: string, name = "things:show"): Rule => ({ name, check, says: "Show a thing." });
const actor = (more: Partial<Actor>): Actor => ({
  userId: "u",
  userName: "u",
  userDomainId: "d",
  roles: [],
  ...more,
});
const passes = (check: string, who: Partial<Actor>, target: object = {}) => {
  const it = rule(check);
  return makePolicy([it], {}).allows(it, actor(who), target);
};

describe("a policy", () => {
  test("binds not before and, and and before or", () => {
    assert.equal(passes("role:a or role:b and role:c", { roles: ["a"] }), true);
    assert.equal(passes("(role:a or role:b) and role:c", { roles: ["a"] }), false);
    assert.equal(passes("not role:a and role:b", { roles: ["b"] }), true);
    assert.equal(passes("not (role:a and role:b)", { roles: ["a", "b"] }), false);
  });

  test("lets everybody pass with nothing or @, and nobody with !", () => {
    assert.deepEqual([passes("", {}), passes("@", {}), passes("!", { roles: ["admin"] })], [true, true, false]);
  });

  test("compares what is known of who asks with what it is about, and nothing with nothing never", () => {
    assert.equal(passes("project_id:%(project_id)s", { projectId: "p" }, { projectId: "p" }), true);
    assert.equal(passes("project_id:%(project_id)s", {}, {}), false);
    assert.equal(passes("user_id:%(target.user.id)s", {}, { target: { user: { id: "u" } } }), true);
    assert.equal(passes("system_scope:all", { system: true }), true);
    assert.equal(passes("'public':%(visibility)s", {}, { visibility: "public" }), true);
    assert.equal(passes("None:%(target.role.domain_id)s", {}, { target: { role: { domainId: null } } }), true);
    assert.equal(passes("True:%(shared)s", {}, { shared: true }), true);
    assert.equal(passes("False:%(shared)s", {}, { shared: true }), false);
  });

  test("knows which roles bring others with them", () => {
    assert.equal(passes("role:reader", { roles: ["Admin"] }), true);
    assert.equal(passes("role:admin", { roles: ["manager"] }), false);
  });

  test("is refused at the start when a check cannot be read, names no rule, or goes in a ring", () => {
    const make = (given: Record<string, string>) => () => makePolicy([rule("role:a")], given);
    assert.throws(
      make({ "things:show": "role:a or" }),
      /policy rule things:show: "role:a or" cannot be read near "its end"/,
    );
    assert.throws(make({ "things:show": "(role:a" }), /cannot be read/);
    assert.throws(make({ "things:show": "rule:missing" }), /there is no rule missing/);
    assert.throws(make({ a: "rule:b", b: "rule:a" }), /the rule a refers to itself \(a → b → a\)/);
  });

  test("says why: of what passes the way through, of what does not all that stands in the way", () => {
    const it = rule("rule:admin_required or (role:manager and domain_id:%(target.user.domain_id)s)");
    const policy = makePolicy([it], {});
    const manager = actor({ roles: ["manager"], domainId: "mine" });
    const why = (domainId: string) =>
      deciding(policy.explain(it, manager, { target: { user: { domainId } } })).map(
        ({ text, why }) => `${text}: ${why}`,
      );
    assert.deepEqual(why("mine"), [
      "role:manager: roles are manager, member, reader",
      "domain_id:%(target.user.domain_id)s: domain_id is mine, target.user.domain_id is mine",
    ]);
    assert.deepEqual(why("theirs"), [
      "role:admin: roles are manager, member, reader",
      "domain_id:%(target.user.domain_id)s: domain_id is mine, target.user.domain_id is theirs",
    ]);
    const { text } = policy.explain(it, manager, {});
    assert.equal(text, "role:admin or (role:manager and domain_id:%(target.user.domain_id)s)");
  });
});

describe("a policy file", () => {
  const from = async (text: string, rules = [rule("role:a"), rule("rule:base", "things:list"), rule("!", "base")]) => {
    const path = join(tmpdir(), `policy-${process.pid}.yaml`);
    await writeFile(path, text);
    return loadPolicy(rules, path).finally(() => rm(path));
  };

  test("overrides defaults and the rules that they are made of; the rest stays", async () => {
    const policy = await from('# ours\n"things:show": "role:b"\n"base": "role:c"\n');
    assert.equal(policy.allows(rule("role:a"), actor({ roles: ["a"] }), {}), false);
    assert.equal(policy.allows(rule("role:a"), actor({ roles: ["b"] }), {}), true);
    assert.equal(policy.allows(rule("rule:base", "things:list"), actor({ roles: ["c"] }), {}), true);
    assert.equal(policy.textOf("admin_required"), "role:admin");
  });

  test("may be empty or all comments, and may be JSON", async () => {
    assert.equal((await from("# nothing\n")).textOf("things:show"), "role:a");
    assert.equal((await from('{"things:show": "@"}')).textOf("things:show"), "@");
  });

  test("says which of its names nothing asks about", async () => {
    const policy = await from('"things:shwo": "role:b"\n"mine": "role:c"\n"things:show": "rule:mine"\n');
    assert.deepEqual(policy.unused, ["things:shwo"]);
  });

  test("is refused with a sentence when it is no map of names to checks", () => {
    for (const text of ["- a\n", "a: [b]\n", "a: 1\n", "just words"])
      assert.throws(
        () => overridesOf(text, "p.yaml"),
        /policy file p.yaml: a map of rule names to checks in quotes is wanted/,
      );
    assert.throws(() => overridesOf('"a: b', "p.yaml"), /policy file p.yaml: /);
  });
});
