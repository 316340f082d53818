import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject, passwords } from "../begun.testkit.ts";
import { passcodeOf, windowAt } from "../credential/totp.ts";
import { rulesOf, suffices } from "./receipt.ts";

const { cloud, named } = await begun();
const user = await named("user", "demo");
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
await cloud.call("POST", "/v3/credentials", { body: { credential: { user_id: user, type: "totp", blob: secret } } });
const rules = [["password", "totp"], ["application_credential"]];

const demand = (options: object) => cloud.call("PATCH", `/v3/users/${user}`, { body: { user: { options } } });
const password = (name = "demo") => ({
  methods: ["password"],
  password: { user: { name, domain: { id: "default" }, password: passwords[name] } },
});
const passcode = () => ({
  methods: ["totp"],
  totp: { user: { id: user, passcode: passcodeOf(secret, windowAt(cloud.world("identity").now)) } },
});
const enter = (identity: object, receipt?: string) =>
  cloud.call("POST", "/v3/auth/tokens", {
    as: null,
    body: { auth: { identity, scope: onProject("demo") } },
    headers: receipt ? { "openstack-auth-receipt": receipt } : {},
  });
const receiptFor = async (identity: object) => (await enter(identity)).headers["openstack-auth-receipt"]!;

describe("logging in by more than one method", () => {
  after(() => cloud.stop());

  test("begins with a receipt, and ends with a token of all methods", async () => {
    await demand({ multi_factor_auth_rules: rules });
    const { status, body, headers } = await enter(password());
    assert.equal(status, 401);
    assert.deepEqual(body.required_auth_methods, [["password", "totp"]]);
    assert.deepEqual(body.receipt.methods, ["password"]);
    assert.deepEqual(body.receipt.user, { id: user, name: "demo", domain: { id: "default", name: "Default" } });
    assert.equal(body.receipt.expires_at, "2026-11-20T12:05:00.000000Z");
    const second = await enter(passcode(), headers["openstack-auth-receipt"]);
    assert.equal(second.status, 201);
    assert.deepEqual([...second.body.token.methods].sort(), ["password", "totp"]);
    assert.equal(second.body.token.project.name, "demo");
    const identity = { methods: ["token"], token: { id: second.headers["x-subject-token"] } };
    assert.equal((await enter(identity)).status, 201);
  });

  test("may be done in one request", async () => {
    await cloud.later("1m");
    const both = { ...password(), ...passcode(), methods: ["password", "totp"] };
    assert.equal((await enter(both)).status, 201);
  });

  test("takes no receipt that is another's, too old, made up or older than a new password", async () => {
    const mine = await receiptFor(password());
    assert.equal((await enter(password("admin"), mine)).status, 401);
    assert.equal((await enter(passcode(), "receipt.v1.AAAA")).status, 401);
    assert.equal((await enter(passcode(), "nonsense")).status, 401);
    await cloud.later("6m");
    assert.equal((await enter(passcode(), mine)).status, 401);
    const stale = await receiptFor(password());
    const body = { user: { password: passwords.demo, original_password: passwords.demo } };
    assert.equal((await cloud.call("POST", `/v3/users/${user}/password`, { as: null, body })).status, 204);
    await cloud.later("1m");
    assert.equal((await enter(passcode(), stale)).status, 401);
  });

  test("is asked for only where the rules hold", async () => {
    await demand({ multi_factor_auth_enabled: false });
    assert.equal((await enter(password())).status, 201);
    await demand({ multi_factor_auth_enabled: true, multi_factor_auth_rules: [["no such method"]] });
    assert.equal((await enter(password())).status, 201);
    await demand({ multi_factor_auth_rules: [] });
    assert.equal((await enter(password())).status, 201);
  });

  test("is asked for in rules that make sense", async () => {
    for (const options of [
      { multi_factor_auth_rules: "password" },
      { multi_factor_auth_rules: [[]] },
      { multi_factor_auth_rules: [["password", "password"]] },
      { multi_factor_auth_rules: [["password"], ["password"]] },
      { no_such_option: true },
    ])
      assert.equal((await demand(options)).status, 400);
  });

  test("goes by any one of the rules", () => {
    const rules = rulesOf({ multi_factor_auth_rules: [["a", "b"], ["c"], "d", []] }, ["a", "b", "c"]);
    assert.deepEqual(rules, [["a", "b"], ["c"]]);
    assert.deepEqual(
      [["a"], ["b", "a"], ["c"]].map((shown) => suffices(rules, shown)),
      [false, true, true],
    );
  });
});
