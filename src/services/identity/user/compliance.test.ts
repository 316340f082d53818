import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { Settings } from "#platform/config/config.ts";
import { begun } from "../begun.testkit.ts";

/** A cloud with these rules for passwords, and a user of it. */
async function ruled(settings: Settings, options: object = {}) {
  const { cloud, login, made, named } = await begun({ "login-pause": 0, ...settings });
  after(() => cloud.stop());
  const { id } = await made("user", { name: "ann", password: "first", options });
  const path = `/v3/users/${id}`;
  const enter = async (password: string) => (await login("ann", "unscoped", password)).status;
  const choose = (password: string, present: string) =>
    cloud.call("POST", `${path}/password`, { as: null, body: { user: { password, original_password: present } } });
  const give = (user: object) => cloud.call("PATCH", path, { body: { user } });
  const show = async () => (await cloud.call("GET", path)).body.user;
  return { cloud, login, made, named, enter, choose, give, show, id };
}

describe("what is asked of passwords", () => {
  test("is nothing, unless it is set", async () => {
    const { enter, choose, show } = await ruled({});
    assert.equal((await show()).password_expires_at, null);
    for (let i = 0; i < 6; i += 1) assert.equal(await enter("wrong"), 401);
    assert.equal(await enter("first"), 201);
    assert.equal((await choose("first", "first")).status, 204);
  });

  test("locks an account for a while after so many failures, the right password or not", async () => {
    const settings = { "lockout-failure-attempts": 3, "lockout-duration": 600 };
    const { cloud, enter, choose, give } = await ruled(settings);
    for (const [password, status] of [
      ["wrong", 401],
      ["wrong", 401],
      ["first", 201],
      ["wrong", 401],
      ["wrong", 401],
    ] as const)
      assert.equal(await enter(password), status);
    assert.equal((await choose("second", "wrong")).status, 401);
    assert.equal(await enter("first"), 401);
    assert.equal((await choose("second", "first")).status, 401);
    await cloud.later("11m");
    assert.equal(await enter("first"), 201);
    for (let i = 0; i < 3; i += 1) await enter("wrong");
    assert.equal(await enter("first"), 401);
    await give({ enabled: true });
    assert.equal(await enter("first"), 201);
    await give({ options: { ignore_lockout_failure_attempts: true } });
    for (let i = 0; i < 4; i += 1) await enter("wrong");
    assert.equal(await enter("first"), 201);
  });

  test("counts every failure, of however many at once", async () => {
    const { cloud, enter } = await ruled({ "lockout-failure-attempts": 5 });
    await Promise.all(Array.from({ length: 20 }, () => enter("wrong")));
    assert.equal(await enter("first"), 401);
    const { rows } = await cloud.database.pool.query("select failed_logins from identity_users where name = 'ann'");
    assert.equal(rows[0].failedLogins, 5);
  });

  test("lets a password run out, and who knows it choose another one", async () => {
    const { cloud, login, enter, choose, show, give, id } = await ruled({ "password-expires-days": 30 });
    assert.equal((await show()).password_expires_at, "2026-12-20T12:00:00.000000");
    const found = async (expiry: string) => {
      const { status, body } = await cloud.call("GET", `/v3/users?password_expires_at=${expiry}`);
      return status === 200 ? body.users.map((it: { name: string }) => it.name) : status;
    };
    assert.deepEqual(await found("lt:2026-12-20T12:00:01Z"), ["ann"]);
    assert.deepEqual(await found("2026-12-20T12:00:00Z"), ["ann"]);
    assert.deepEqual(await found("gte:2026-12-20T12:00:01Z"), []);
    assert.deepEqual([await found("like:2026-12-20T12:00:01Z"), await found("lt:soon")], [400, 400]);
    const { token } = (await login("ann", "unscoped", "first")).body;
    assert.equal(token.user.password_expires_at, "2026-12-20T12:00:00.000000");
    await cloud.later("30d");
    const { status, body } = await login("ann", "unscoped", "first");
    assert.equal(status, 401);
    assert.equal(body.error.message, `The password is expired and needs to be changed for user: ${id}.`);
    assert.notEqual((await login("ann", "unscoped", "wrong")).body.error.message, body.error.message);
    assert.equal((await choose("second", "first")).status, 204);
    assert.equal(await enter("second"), 201);
    await cloud.later("31d");
    assert.equal(await enter("second"), 401);
    await give({ options: { ignore_password_expiry: true } });
    assert.equal(await enter("second"), 201);
  });

  test("keeps the last ones from coming back, except by an administrator", async () => {
    const { choose, enter, give } = await ruled({ "unique-last-password-count": 3 });
    for (const [to, from, status] of [
      ["first", "first", 400],
      ["second", "first", 204],
      ["first", "second", 400],
      ["third", "second", 204],
      ["first", "third", 400],
      ["fourth", "third", 204],
      ["first", "fourth", 204],
    ] as const)
      assert.equal((await choose(to, from)).status, status, to);
    await give({ password: "fourth" });
    assert.equal(await enter("fourth"), 201);
    const { body } = await choose("first", "fourth");
    assert.match(body.error.message, /^The new password cannot be identical to a previous password\..* unique is 3\.$/);
  });

  test("has users keep for some days what they chose, not what they were given", async () => {
    const { cloud, choose, give } = await ruled({ "minimum-password-age": 2 });
    assert.equal((await choose("second", "first")).status, 204);
    const { status, body } = await choose("third", "second");
    assert.equal(status, 400);
    assert.match(body.error.message, /must be used for 2 day\(s\).*try again in 2 day\(s\)/);
    await give({ password: "given" });
    assert.equal((await choose("third", "given")).status, 204);
    await cloud.later("49h");
    assert.equal((await choose("fourth", "third")).status, 204);
  });

  test("holds them to a pattern, whoever sets them", async () => {
    const settings = { "password-regex": "f.*", "password-regex-description": "an f and more" };
    const { made, cloud, choose, give } = await ruled(settings);
    const says = "The password does not match the requirements: an f and more.";
    for (const refused of [await choose("wrong", "first"), await give({ password: "wrong" })]) {
      assert.equal(refused.status, 400);
      assert.equal(refused.body.error.message, says);
    }
    const body = { user: { name: "bob", password: "wrong" } };
    assert.equal((await cloud.call("POST", "/v3/users", { body })).status, 400);
    await made("user", { name: "cyd" });
    assert.equal((await choose("fine", "first")).status, 204);
  });

  test("has users change what an administrator gave them", async () => {
    const { made, login, enter, choose, give } = await ruled({ "change-password-upon-first-use": true });
    assert.equal(await enter("first"), 401);
    assert.equal((await choose("second", "first")).status, 204);
    assert.equal(await enter("second"), 201);
    await give({ password: "given" });
    assert.equal(await enter("given"), 401);
    const options = { ignore_change_password_upon_first_use: true };
    await made("user", { name: "robot", password: "steady", options });
    assert.equal((await login("robot", "unscoped", "steady")).status, 201);
  });

  test("lets nobody choose whose password is locked", async () => {
    const { choose, give, show } = await ruled({}, { lock_password: true });
    const { status, body } = await choose("second", "first");
    assert.equal(status, 400);
    assert.match(body.error.message, /password policy disallowing password changes/);
    await give({ options: { lock_password: null } });
    assert.deepEqual((await show()).options, {});
    assert.equal((await choose("second", "first")).status, 204);
  });

  test("takes who has long been away for disabled, until an administrator says otherwise", async () => {
    const { cloud, enter, show, give } = await ruled({ "disable-user-account-days-inactive": 10 });
    await cloud.later("9d");
    assert.equal(await enter("first"), 201);
    await cloud.later("9d");
    assert.equal((await show()).enabled, true);
    await cloud.later("1d");
    assert.equal((await show()).enabled, false);
    assert.equal(await enter("first"), 401);
    await give({ enabled: true });
    assert.equal(await enter("first"), 201);
    await give({ options: { ignore_user_inactivity: true } });
    await cloud.later("100d");
    assert.equal(await enter("first"), 201);
  });

  test("is kept as hashes only", async () => {
    const { cloud, choose } = await ruled({ "unique-last-password-count": 2 });
    await choose("second", "first");
    const { rows } = await cloud.database.pool.query("select hash from identity_past_passwords");
    assert.equal(rows.length, 1);
    assert.match(rows[0].hash, /^\$argon2id\$/);
  });
});
