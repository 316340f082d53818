import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { testCloud } from "#test/cloud.ts";
import { beginning, driver } from "../begun.testkit.ts";
import { bootstrapIdentity } from "../bootstrap.ts";
import { identity } from "../service.ts";
import { accountsOf, bucketsOf } from "./attempt.ts";

const near = "127.0.0.1";

async function begun(t: TestContext, settings = {}) {
  const cloud = await testCloud({
    services: [identity],
    drivers: { identity: driver },
    settings: { "trusted-proxies": near, ...settings },
  });
  t.after(() => cloud.stop());
  await bootstrapIdentity(cloud.spine.write, driver, beginning);
  /** A login by name, from an address that the trusted proxy tells. */
  const login = (name: string, password: string, from = "192.0.2.1", at: Pick<typeof cloud, "call"> = cloud) => {
    const user = { name, domain: { id: "default" }, password };
    const body = { auth: { identity: { methods: ["password"], password: { user } } } };
    return at.call("POST", "/v3/auth/tokens", { as: null, body, headers: { "x-forwarded-for": from } });
  };
  const fails = async (times: number, name = "demo", from?: string) => {
    for (let i = 0; i < times; i += 1) assert.equal((await login(name, "wrong", from)).status, 401);
  };
  const right = (from?: string) => login("demo", beginning.demoPassword, from);
  return { cloud, login, fails, right };
}

test("five failures are free; then every further one doubles the pause, up to a minute", async (t) => {
  const { cloud, login, fails } = await begun(t);
  await fails(5);
  for (const pause of [1, 2, 4, 8, 16, 32]) {
    const refused = await login("demo", "wrong");
    assert.equal(refused.status, 429, refused.text);
    assert.equal(refused.headers["retry-after"], String(pause));
    assert.equal(refused.body.error.message, `Too many failed attempts to log in. Try again in ${pause} seconds.`);
    assert.equal(refused.body.error.title, "Too Many Requests");
    cloud.advance(`${pause}s`);
    assert.equal((await login("demo", "wrong")).status, 401);
  }
  for (let i = 0; i < 3; i += 1) {
    assert.ok(Number((await login("demo", "wrong")).headers["retry-after"]) <= 60);
    cloud.advance("60s");
    assert.equal((await login("demo", "wrong")).status, 401);
  }
});

test("the right password is let in as soon as the pause is over, and begins anew", async (t) => {
  const { cloud, login, fails, right } = await begun(t);
  await fails(5);
  assert.equal((await right()).status, 429);
  cloud.advance("1s");
  assert.equal((await right()).status, 201);
  await fails(5);
  assert.equal((await login("demo", "wrong")).status, 429);
});

test("who guesses from one address slows nobody at another", async (t) => {
  const { fails, right, login } = await begun(t);
  await fails(5);
  assert.equal((await login("demo", "wrong")).status, 429);
  assert.equal((await right("198.51.100.7")).status, 201);
});

test("who guesses from many addresses is slowed, but not whoever is known at theirs", async (t) => {
  const { cloud, fails, right } = await begun(t);
  assert.equal((await right("198.51.100.7")).status, 201);
  for (let i = 0; i < 20; i += 1) await fails(1, "demo", `203.0.113.${i}`);
  assert.equal((await right("203.0.113.99")).status, 429);
  assert.equal((await right("198.51.100.7")).status, 201);
  cloud.advance("1s");
  assert.equal((await right("203.0.113.99")).status, 201, "slow, not shut out");
});

test("who tries many accounts from one address is slowed there", async (t) => {
  const { fails, login, right } = await begun(t);
  for (let i = 0; i < 100; i += 1) await fails(1, `user-${i}`);
  assert.equal((await login("user-200", "wrong")).status, 429);
  assert.equal((await right("198.51.100.7")).status, 201);
});

test("an account that does not exist is slowed as one that does, in the same words", async (t) => {
  const { login, fails } = await begun(t);
  await fails(5, "nobody-of-that-name");
  await fails(5, "demo");
  const [missing, there] = [await login("nobody-of-that-name", "wrong"), await login("demo", "wrong")];
  assert.equal(missing.status, 429);
  assert.equal(missing.text, there.text);
  assert.equal(missing.headers["retry-after"], there.headers["retry-after"]);
});

test("of many tries at once, when it is one's turn, one goes through", async (t) => {
  const { cloud, login, fails } = await begun(t);
  await fails(5);
  cloud.advance("1s");
  const all = await Promise.all(Array.from({ length: 8 }, () => login("demo", "wrong")));
  const count = (status: number) => all.filter((it) => it.status === status).length;
  assert.deepEqual([count(401), count(429)], [1, 7]);
});

test("a second process knows of the failures in the first", async (t) => {
  const { cloud, login, fails } = await begun(t);
  const other = await cloud.another();
  await fails(5);
  assert.equal((await login("demo", "wrong", undefined, other)).status, 429);
  await other.stop();
});

test("many right logins at once are not slowed", async (t) => {
  const { right } = await begun(t);
  const all = await Promise.all(Array.from({ length: 20 }, () => right()));
  assert.ok(all.every(({ status }) => status === 201));
});

test("time forgets, and what it has forgotten is deleted", async (t) => {
  const { cloud, fails, right } = await begun(t);
  await fails(5);
  await cloud.later("10m");
  await cloud.runLoop("identity.old-attempts");
  assert.deepEqual(await cloud.database.db.selectFrom("identityAttempts").selectAll().execute(), []);
  await fails(4);
  assert.equal((await right()).status, 201);
});

test("changing a password is slowed as logging in is, and tells nobody who there is", async (t) => {
  const { cloud } = await begun(t);
  const { id } = (await cloud.call("GET", "/v3/users?name=demo")).body.users[0];
  const change = (user: string, original_password: string) =>
    cloud.call("POST", `/v3/users/${user}/password`, {
      as: null,
      body: { user: { original_password, password: "a new one" } },
    });
  for (const user of [id, "0f0e0d0c0b0a49088706050403020100"]) {
    for (let i = 0; i < 5; i += 1) assert.equal((await change(user, "wrong")).status, 401);
    assert.equal((await change(user, "wrong")).status, 429);
  }
  cloud.advance("1s");
  assert.equal((await change(id, beginning.demoPassword)).status, 204);
});

test("nobody waits where the configuration says so, and what a client says of its address is not believed", async (t) => {
  const patient = await begun(t, { "login-pause": 0 });
  await patient.fails(30);
  const { login, fails } = await begun(t, { "trusted-proxies": undefined });
  for (let i = 0; i < 5; i += 1) await fails(1, "demo", `203.0.113.${i}`);
  assert.equal((await login("demo", "wrong", "203.0.113.77")).status, 429);
});

test("an account is what a login names, without its secret", () => {
  const domain = { id: "default" };
  const by = (user: object) => accountsOf({ password: { user } }, ["password"])[0];
  assert.equal(by({ name: "a", domain, password: "x" }), by({ name: "a", domain, password: "y" }));
  assert.notEqual(by({ name: "a", domain }), by({ name: "b", domain }));
  const credential = (secret: string) =>
    accountsOf({ application_credential: { id: "c", secret } }, ["application_credential"]);
  assert.deepEqual(credential("x"), credential("y"));
  assert.deepEqual(accountsOf({ token: { id: "gAAAA" } }, ["token"]), []);
});

test("who has one address of IPv6 has all of its network", () => {
  const key = (remote: string) => bucketsOf({}, "a", remote).own.key;
  assert.equal(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
  assert.notEqual(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
  assert.equal(key("::ffff:192.0.2.1"), key("192.0.2.1"));
});
