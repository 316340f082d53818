import assert from "node:assert/strict";
import { test } from "node:test";
import { applied, faultOf, type MappingRule } from "./mapping.ts";

const assertion = {
  email: ["jsmith@example.com"],
  groups: ["admins", "staff", "guests"],
  title: ["Engineer"],
  id: ["abc123"],
};

test("a user and groups are made of what a provider says", () => {
  const rules: MappingRule[] = [
    {
      local: [{ user: { name: "{0}", email: "{0}" } }, { group: { id: "g-staff" } }],
      remote: [{ type: "email" }, { type: "title", any_one_of: ["Engineer", "Chief"] }],
    },
    {
      local: [{ groups: "{0}", domain: { name: "Corp" } }],
      remote: [{ type: "groups", whitelist: ["admins", "staff"] }],
    },
  ];
  assert.deepEqual(applied(rules, assertion), {
    user: { name: "jsmith@example.com", email: "jsmith@example.com" },
    groupIds: ["g-staff"],
    groups: [
      { name: "admins", domain: { name: "Corp" } },
      { name: "staff", domain: { name: "Corp" } },
    ],
    projects: [],
  });
});

test("a rule adds nothing where an attribute is missing or a condition does not hold", () => {
  const local = [{ user: { name: "{0}" } }];
  const rule = (...remote: MappingRule["remote"]) => applied([{ local, remote }], assertion);
  assert.equal(rule({ type: "phone" }), undefined);
  assert.equal(rule({ type: "email" }, { type: "title", any_one_of: ["Chief"] }), undefined);
  assert.equal(rule({ type: "email" }, { type: "groups", not_any_of: ["guests"] }), undefined);
  assert.equal(rule({ type: "email" }, { type: "groups", not_any_of: ["^guest"], regex: true }), undefined);
  assert.equal(rule({ type: "email" }, { type: "groups", not_any_of: ["root"] })?.user.name, "jsmith@example.com");
  assert.equal(
    rule({ type: "email" }, { type: "email", any_one_of: ["@example\\.com$"], regex: true })?.user.name,
    "jsmith@example.com",
  );
  assert.equal(rule({ type: "email" }, { type: "email", any_one_of: ["@example\\.com$"] }), undefined);
});

test("values that are black are left out, and those that are not white", () => {
  const groups = (remote: MappingRule["remote"][number]) =>
    applied([{ local: [{ groups: "{0}", domain: { id: "default" } }], remote: [remote] }], assertion)?.groups.map(
      ({ name }) => name,
    );
  assert.deepEqual(groups({ type: "groups", blacklist: ["guests"] }), ["admins", "staff"]);
  assert.deepEqual(groups({ type: "groups", blacklist: ["s$"], regex: true }), ["staff"]);
  assert.deepEqual(groups({ type: "groups", whitelist: ["nobody"] }), []);
  assert.deepEqual(groups({ type: "groups" }), ["admins", "staff", "guests"]);
});

test("projects with roles may come along, with values in their names", () => {
  const rule: MappingRule = {
    local: [{ user: { name: "{0}" } }, { projects: [{ name: "of {0}", roles: [{ name: "member" }] }] }],
    remote: [{ type: "id" }],
  };
  assert.deepEqual(applied([rule], assertion)?.projects, [{ name: "of abc123", roles: [{ name: "member" }] }]);
});

test("a text is no pattern of another: what a provider says is only ever text", () => {
  const rule: MappingRule = { local: [{ user: { name: "{0}", id: "{1}" } }], remote: [{ type: "a" }, { type: "b" }] };
  const it = applied([rule], { a: ["{1}"], b: ["$&"] });
  assert.deepEqual(it?.user, { name: "{1}", id: "$&" });
});

test("a pattern that is none is found before it is kept", () => {
  const rule = (regex: boolean) => [{ local: [], remote: [{ type: "a", any_one_of: ["("], regex }] }];
  assert.equal(faultOf(rule(true)), '"(" is no regular expression');
  assert.equal(faultOf(rule(false)), undefined);
});
