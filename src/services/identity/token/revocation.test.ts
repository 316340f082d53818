import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";

const { cloud, login, tokenOf, made, named, works } = await begun();

const role = await named("role", "member");
const project = await made("project", { name: "p" });
const other = await made("project", { name: "q" });

async function newcomer(name: string) {
  const user = await made("user", { name, password: "secret" });
  await cloud.call("PUT", `/v3/projects/${project.id}/users/${user.id}/roles/${role}`);
  await cloud.call("PUT", `/v3/projects/${other.id}/users/${user.id}/roles/${role}`);
  return user;
}

describe("tokens in use", () => {
  after(() => cloud.stop());

  describe("a token", () => {
    test("is shown to its owner and to administrators, and to nobody else", async () => {
      await newcomer("ann");
      await newcomer("eve");
      const issued = await login("ann", onProject("p"));
      const [token, stranger] = [issued.headers["x-subject-token"] as string, await tokenOf("eve", onProject("p"))];
      const show = (as: string, subject = token) =>
        cloud.call("GET", "/v3/auth/tokens", { as, headers: { "x-subject-token": subject } });
      const own = await show(token);
      assert.equal(own.status, 200);
      assert.equal(own.headers["x-subject-token"], token);
      assert.deepEqual(own.body, issued.body);
      assert.equal((await show("admin")).body.token.user.name, "ann");
      assert.equal((await show(stranger)).status, 403);
      const gone = await show("admin", "nonsense");
      assert.equal(gone.status, 404);
      assert.equal(gone.body.error.message, "Failed to validate token");
      const check = { as: token, headers: { "x-subject-token": token } };
      assert.equal((await cloud.call("HEAD", "/v3/auth/tokens", check)).status, 200);
    });

    test("ends with its revocation, and so it alone", async () => {
      await newcomer("bob");
      const [one, two] = [await tokenOf("bob", onProject("p")), await tokenOf("bob", onProject("p"))];
      const gone = await cloud.call("DELETE", "/v3/auth/tokens", { as: one, headers: { "x-subject-token": one } });
      assert.equal(gone.status, 204);
      assert.equal(await works(one), false);
      assert.equal(await works(two), true);
    });

    test("ends after its time", async () => {
      await newcomer("tim");
      const token = await tokenOf("tim", onProject("p"));
      await cloud.later("11h");
      assert.equal(await works(token), true);
      await cloud.later("1h");
      assert.equal(await works(token), false);
    });

    test("ends with the password that it was got by; one that is got in the same instant lives", async () => {
      const { id } = await newcomer("pat");
      const token = await tokenOf("pat", onProject("p"));
      const change = { user: { original_password: "secret", password: "new secret" } };
      assert.equal((await cloud.call("POST", `/v3/users/${id}/password`, { as: token, body: change })).status, 204);
      assert.equal(await works(token), false);
      assert.equal((await login("pat", onProject("p"))).status, 401);
      assert.equal(await works(await tokenOf("pat", onProject("p"), "new secret")), true);
    });

    test("ends with the grant that it stands on, and not with another one", async () => {
      const { id } = await newcomer("gus");
      const [here, there] = [await tokenOf("gus", onProject("p")), await tokenOf("gus", onProject("q"))];
      await cloud.call("DELETE", `/v3/projects/${project.id}/users/${id}/roles/${role}`);
      assert.equal(await works(here), false);
      assert.equal(await works(there), true);
    });

    test("ends with its user, its project and its domain, disabled or deleted", async () => {
      const domain = await made("domain", { name: "d" });
      for (const kind of ["user", "project", "domain"] as const)
        for (const how of ["disabled", "deleted"] as const) {
          const p = await made("project", { name: `${kind} ${how}`, domain_id: domain.id });
          const u = await made("user", { name: `${kind} ${how}`, domain_id: domain.id, password: "secret" });
          await cloud.call("PUT", `/v3/projects/${p.id}/users/${u.id}/roles/${role}`);
          const token = await tokenOf(u.name, { project: { id: p.id } }, "secret", { id: domain.id });
          assert.equal(await works(token), true);
          const path = `/v3/${kind}s/${{ user: u, project: p, domain }[kind].id}`;
          const change = (enabled: boolean) => cloud.call("PATCH", path, { body: { [kind]: { enabled } } });
          if (how === "disabled") await change(false);
          else {
            if (kind === "domain") await change(false);
            assert.equal((await cloud.call("DELETE", path)).status, 204);
          }
          assert.equal(await works(token), false, `${kind} ${how}`);
          if (how === "disabled") await change(true);
          assert.equal(await works(token), false, `${kind} ${how}`);
        }
    });

    test("ends with a membership that brought its roles", async () => {
      const user = await made("user", { name: "gil", password: "secret" });
      const group = await made("group", { name: "g" });
      await cloud.call("PUT", `/v3/projects/${project.id}/groups/${group.id}/roles/${role}`);
      assert.equal((await login("gil", onProject("p"))).status, 401);
      await cloud.call("PUT", `/v3/groups/${group.id}/users/${user.id}`);
      const token = await tokenOf("gil", onProject("p"));
      assert.equal(await works(token), true);
      await cloud.call("DELETE", `/v3/groups/${group.id}/users/${user.id}`);
      assert.equal(await works(token), false);
    });

    test("is still valid, and still revoked, for a process that starts anew", async () => {
      await newcomer("rex");
      const [one, two] = [await tokenOf("rex", onProject("p")), await tokenOf("rex", onProject("p"))];
      await cloud.call("DELETE", "/v3/auth/tokens", { as: one, headers: { "x-subject-token": one } });
      await cloud.restart();
      assert.equal(await works(one), false);
      assert.equal(await works(two), true);
    });
  });

  test("that have run out are shown for a while to who asks for them, and open nothing", async () => {
    const old = await tokenOf("demo", onProject("demo"));
    const taken = await tokenOf("demo", onProject("demo"));
    await cloud.call("DELETE", "/v3/auth/tokens", { as: taken, headers: { "x-subject-token": taken } });
    await cloud.later("13h");
    const as = await tokenOf("admin", onProject("admin"));
    const shown = async (token: string, query = "") =>
      (await cloud.call("GET", `/v3/auth/tokens${query}`, { as, headers: { "x-subject-token": token } })).status;
    assert.deepEqual([await shown(old), await shown(old, "?allow_expired=0")], [404, 404]);
    assert.equal(await shown(old, "?allow_expired=1"), 200);
    assert.equal(await shown(taken, "?allow_expired=1"), 404);
    assert.equal(await works(old), false);
    await cloud.later("12h");
    const later = await tokenOf("admin", onProject("admin"));
    const headers = { "x-subject-token": old };
    assert.equal((await cloud.call("GET", "/v3/auth/tokens?allow_expired=1", { as: later, headers })).status, 404);
  });

  test("that were taken back are listed for services that check by themselves", async () => {
    const as = await tokenOf("admin", onProject("admin"));
    const headers = { "x-subject-token": await tokenOf("demo", "unscoped") };
    const before = (await cloud.call("GET", "/v3/OS-REVOKE/events", { as })).body.events.length;
    const shown = await cloud.call("GET", "/v3/auth/tokens", { as, headers });
    await cloud.call("DELETE", "/v3/auth/tokens", { as, headers });
    const { events, links } = (await cloud.call("GET", "/v3/OS-REVOKE/events", { as })).body;
    assert.equal(events.length, before + 1);
    const [id] = shown.body.token.audit_ids;
    assert.equal(events.at(-1).audit_id, id);
    assert.match(events.at(-1).issued_before, /^\d{4}-.*\.\d{6}Z$/);
    assert.match(links.self, /\/v3\/OS-REVOKE\/events$/);
    const later = await cloud.call("GET", "/v3/OS-REVOKE/events?since=2100-01-01T00:00:00Z", { as });
    assert.deepEqual(later.body.events, []);
    assert.equal((await cloud.call("GET", "/v3/OS-REVOKE/events?since=once", { as })).status, 400);
    assert.equal((await cloud.call("GET", "/v3/OS-REVOKE/events", { as: "demo" })).status, 403);
  });

  describe("the loops of tokens", () => {
    test("turn the key every week, and old tokens live out their time", async () => {
      const generations = async () =>
        (await cloud.database.pool.query<{ generation: number }>("select generation from identity_keys")).rows.length;
      await newcomer("kay");
      assert.equal(await generations(), 1);
      await cloud.later("8d");
      await cloud.runLoop("identity.token-keys");
      assert.equal(await generations(), 2);
      const token = await tokenOf("kay", onProject("p"));
      await cloud.later("2h");
      assert.equal(await works(token), true);
      const young = await tokenOf("kay", onProject("p"));
      assert.equal(await works(young), true);
      await cloud.later("2d");
      await cloud.runLoop("identity.token-keys");
      assert.equal(await generations(), 1);
      assert.deepEqual(await cloud.runLoop("identity.token-keys"), { changed: 0 });
      assert.equal(await works(await tokenOf("kay", onProject("p"))), true);
    });

    test("forget revocations whose tokens have all expired", async () => {
      const count = async () =>
        (await cloud.database.pool.query<{ id: number }>("select id from identity_revocations")).rows.length;
      const token = await tokenOf("kay", onProject("p"));
      await cloud.call("DELETE", "/v3/auth/tokens", { as: token, headers: { "x-subject-token": token } });
      await cloud.later("23h");
      await cloud.runLoop("identity.old-revocations");
      assert.equal(await count(), 1);
      await cloud.later("2h");
      await cloud.runLoop("identity.old-revocations");
      assert.equal(await count(), 0);
      assert.deepEqual(await cloud.runLoop("identity.old-revocations"), { changed: 0 });
    });
  });
});
