import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";

const { cloud, tokenOf, named, made, works } = await begun();
const project = await named("project", "demo");
const [member, reader] = [await named("role", "member"), await named("role", "reader")];
const all = "/v3/OS-TRUST/trusts";

/** A user with a role on the demo project, or with none. */
async function person(name: string, role?: string) {
  const { id } = await made("user", { name, password: "secret" });
  const grant = `/v3/projects/${project}/users/${id}/roles/${role}`;
  if (role) await cloud.call("PUT", grant);
  const token = await tokenOf(name, role ? onProject("demo") : undefined);
  return { id, name, grant, token };
}
type Person = Awaited<ReturnType<typeof person>>;

const trusting = (from: { id: string; token: string }, to: Person, fields: object = {}) =>
  cloud.call("POST", all, {
    as: from.token,
    body: {
      trust: {
        trustor_user_id: from.id,
        trustee_user_id: to.id,
        project_id: project,
        impersonation: false,
        roles: [{ id: member }],
        ...fields,
      },
    },
  });
const trust = async (...how: Parameters<typeof trusting>) => {
  const { status, body, text } = await trusting(...how);
  assert.equal(status, 201, text);
  return body.trust;
};
const enter = async (who: Person, id: string, by?: object) => {
  const identity = by ?? { methods: ["token"], token: { id: await tokenOf(who.name, "unscoped") } };
  const body = { auth: { identity, scope: { "OS-TRUST:trust": { id } } } };
  return cloud.call("POST", "/v3/auth/tokens", { as: null, body });
};
const tokenFor = async (who: Person, id: string) => (await enter(who, id)).headers["x-subject-token"]!;

const ann = await person("ann", member);
const bob = await person("bob");
const cyd = await person("cyd");
const dan = await person("dan");

describe("trusting", () => {
  after(() => cloud.stop());

  describe("a trust", () => {
    test("says what it gives, to both of its parties and to nobody else", async () => {
      const it = await trust(ann, bob, { expires_at: "2026-11-20T14:00:00.5Z" });
      assert.equal(it.expires_at, "2026-11-20T14:00:00.500000Z");
      assert.deepEqual([it.remaining_uses, it.deleted_at, it.redelegation_count], [null, null, 0]);
      assert.deepEqual(
        it.roles.map(({ name }: { name: string }) => name),
        ["member"],
      );
      assert.match(it.roles_links.self, /OS-TRUST\/trusts\/.*\/roles$/);
      for (const who of [ann, bob])
        assert.equal((await cloud.call("GET", `${all}/${it.id}`, { as: who.token })).status, 200);
      assert.equal((await cloud.call("GET", `${all}/${it.id}`, { as: cyd.token })).status, 403);
      assert.equal((await cloud.call("GET", `${all}/no-such`, { as: cyd.token })).status, 404);
      const roles = await cloud.call("GET", `${all}/${it.id}/roles`, { as: bob.token });
      assert.deepEqual(
        roles.body.roles.map(({ id }: { id: string }) => id),
        [member],
      );
      const path = `${all}/${it.id}/roles`;
      assert.equal((await cloud.call("HEAD", `${path}/${member}`, { as: bob.token })).status, 200);
      assert.equal((await cloud.call("GET", `${path}/${reader}`, { as: bob.token })).status, 404);
    });

    test("is listed for who asks about its own", async () => {
      const it = await trust(ann, cyd);
      const ids = async (query: string, as: string) => {
        const { status, body } = await cloud.call("GET", `${all}${query}`, { as });
        return status === 200 ? body.trusts.map(({ id }: { id: string }) => id) : status;
      };
      assert.ok((await ids(`?trustor_user_id=${ann.id}`, ann.token)).includes(it.id));
      assert.deepEqual(await ids(`?trustee_user_id=${cyd.id}`, cyd.token), [it.id]);
      assert.equal(await ids(`?trustor_user_id=${ann.id}`, cyd.token), 403);
      assert.equal(await ids("", ann.token), 403);
      assert.ok((await ids("", "admin")).includes(it.id));
    });

    test("is given by oneself only, of roles that one has", async () => {
      assert.equal((await trusting({ id: ann.id, token: bob.token }, cyd)).status, 403);
      assert.equal((await trusting(ann, bob, { roles: [] })).status, 403);
      assert.equal((await trusting(ann, bob, { roles: [{ name: "admin" }] })).status, 404);
      assert.equal((await trusting(ann, bob, { roles: [{ name: "no such" }] })).status, 404);
      assert.equal((await trusting(ann, bob, { trustee_user_id: "nobody" })).status, 404);
      assert.equal((await trusting(ann, bob, { expires_at: "2020-01-01T00:00:00Z" })).status, 400);
      assert.equal((await trusting(ann, bob, { expires_at: "" })).status, 400);
      assert.equal((await trusting(ann, bob, { remaining_uses: 0 })).status, 400);
      await made("role", { name: "twice" });
      await made("role", { name: "twice", domain_id: "default" });
      assert.equal((await trusting(ann, bob, { roles: [{ name: "twice" }] })).status, 400);
      assert.equal((await trusting(ann, bob, { roles: [{ fake: "x" }] })).status, 400);
      assert.equal((await trusting(ann, bob, { impersonation: undefined })).status, 400);
    });

    test("makes the trustee's own token, or the trustor's where it may be impersonated", async () => {
      for (const impersonation of [false, true]) {
        const it = await trust(ann, bob, { impersonation });
        const { status, body } = await enter(bob, it.id);
        assert.equal(status, 201);
        assert.equal(body.token.user.id, impersonation ? ann.id : bob.id);
        assert.equal(body.token.project.id, project);
        assert.deepEqual(
          body.token.roles.map(({ name }: { name: string }) => name),
          ["member", "reader"],
        );
        const parties = { trustor_user: { id: ann.id }, trustee_user: { id: bob.id } };
        assert.deepEqual(body.token["OS-TRUST:trust"], { id: it.id, impersonation, ...parties });
      }
    });

    test("is of use to its trustee alone", async () => {
      const it = await trust(ann, bob);
      assert.equal((await enter(cyd, it.id)).status, 403);
      assert.equal((await enter(ann, it.id)).status, 403);
      assert.equal((await enter(bob, "no-such")).status, 401);
    });

    test("makes tokens that make no others", async () => {
      const id = await tokenFor(bob, (await trust(ann, bob)).id);
      const body = { auth: { identity: { methods: ["token"], token: { id } } } };
      assert.equal((await cloud.call("POST", "/v3/auth/tokens", { as: null, body })).status, 403);
      const path = `/v3/users/${bob.id}/application_credentials`;
      assert.equal(
        (await cloud.call("POST", path, { as: id, body: { application_credential: { name: "x" } } })).status,
        403,
      );
    });

    test("is used as often as it says, of however many that try at once", async () => {
      const it = await trust(ann, bob, { remaining_uses: 2 });
      const tries = await Promise.all(Array.from({ length: 6 }, () => enter(bob, it.id)));
      assert.equal(tries.filter(({ status }) => status === 201).length, 2);
      assert.equal((await enter(bob, it.id)).status, 401);
      assert.equal((await cloud.call("GET", `${all}/${it.id}`, { as: ann.token })).status, 404);
    });

    test("that is refused for another reason has lost no use", async () => {
      const it = await trust(ann, bob, { remaining_uses: 1 });
      assert.equal((await enter(cyd, it.id)).status, 403);
      assert.equal((await enter(bob, it.id)).status, 201);
    });

    test("ends with its time, when it is taken back, and with the role that it gives", async () => {
      const eve = await person("eve", member);
      const timed = await trust(eve, bob, { expires_at: "2026-11-20T13:00:00Z" });
      const [short, taken, lost] = [timed, await trust(eve, bob), await trust(eve, bob)];
      const tokens = [];
      for (const it of [short, taken, lost]) tokens.push(await tokenFor(bob, it.id));
      assert.equal((await cloud.call("DELETE", `${all}/${taken.id}`, { as: bob.token })).status, 403);
      assert.equal((await cloud.call("DELETE", `${all}/${taken.id}`, { as: eve.token })).status, 204);
      assert.deepEqual(await Promise.all(tokens.map(works)), [true, false, true]);
      await cloud.later("61m");
      assert.deepEqual(await Promise.all(tokens.map(works)), [false, false, true]);
      await cloud.call("DELETE", eve.grant);
      assert.deepEqual(await Promise.all(tokens.map(works)), [false, false, false]);
      for (const [it, status] of [
        [short, 401],
        [taken, 401],
        [lost, 403],
      ] as const)
        assert.equal((await enter(bob, it.id)).status, status);
    });

    test("ends with either of its parties", async () => {
      const [fay, gus] = [await person("fay", member), await person("gus")];
      const it = await trust(fay, gus);
      const token = await tokenFor(gus, it.id);
      await cloud.call("PATCH", `/v3/users/${fay.id}`, { body: { user: { enabled: false } } });
      assert.equal(await works(token), false);
      assert.equal((await enter(gus, it.id)).status, 403);
      await cloud.call("DELETE", `/v3/users/${fay.id}`);
      assert.equal((await cloud.call("GET", `${all}/${it.id}`, { as: "admin" })).status, 404);
    });

    test("ends with the domain of either, disabled", async () => {
      const domain = await made("domain", { name: "theirs" });
      const ida = await made("user", { name: "ida", password: "secret", domain_id: domain.id });
      const grant = `/v3/projects/${project}/users/${ida.id}/roles/${member}`;
      await cloud.call("PUT", grant);
      const token = await tokenOf("ida", onProject("demo"), "secret", { id: domain.id });
      const it = await trust({ id: ida.id, token }, bob);
      const living = await tokenFor(bob, it.id);
      assert.equal(await works(living), true);
      await cloud.call("PATCH", `/v3/domains/${domain.id}`, { body: { domain: { enabled: false } } });
      assert.equal(await works(living), false);
      assert.equal((await enter(bob, it.id)).status, 403);
    });

    test("is taken back in every process at once", async () => {
      ann.token = await tokenOf("ann", onProject("demo"));
      const it = await trust(ann, bob);
      const token = await tokenFor(bob, it.id);
      const other = await cloud.another();
      const there = async () => (await other.call("GET", "/v3/auth/projects", { as: token })).status;
      assert.equal(await there(), 200);
      await cloud.call("DELETE", `${all}/${it.id}`, { as: ann.token });
      assert.equal(await there(), 401);
      await other.stop();
    });

    test("is no affair of an application credential", async () => {
      const path = `/v3/users/${ann.id}/application_credentials`;
      const body = { application_credential: { name: "free", unrestricted: true } };
      const as = await tokenOf("ann", onProject("demo"));
      const { id, secret } = (await cloud.call("POST", path, { as, body })).body.application_credential;
      const identity = { methods: ["application_credential"], application_credential: { id, secret } };
      const lent = await cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth: { identity } } });
      assert.equal((await trusting({ id: ann.id, token: lent.headers["x-subject-token"]! }, bob)).status, 403);
    });
  });

  describe("a chain of trusts", () => {
    const open = { impersonation: true, allow_redelegation: true };
    const asAnn = (token: string) => ({ id: ann.id, token });

    test("goes on as deep as it was allowed, and no deeper", async () => {
      ann.token = await tokenOf("ann", onProject("demo"));
      const first = await trust(ann, bob, { ...open, redelegation_count: 1 });
      const second = await trust(asAnn(await tokenFor(bob, first.id)), cyd, open);
      assert.deepEqual([second.redelegated_trust_id, second.redelegation_count], [first.id, 0]);
      const third = await trusting(asAnn(await tokenFor(cyd, second.id)), dan, { impersonation: true });
      assert.equal(third.status, 403);
      assert.equal((await enter(cyd, second.id)).body.token.user.id, ann.id);
      assert.equal((await trusting(ann, bob, { ...open, redelegation_count: 4 })).status, 403);
      assert.equal((await trusting(ann, bob, { ...open, remaining_uses: 1 })).status, 400);
    });

    test("gives no more than the one before: no longer, no other roles, no other face", async () => {
      const first = await trust(ann, bob, { ...open, roles: [{ id: reader }], expires_at: "2026-11-20T15:00:00Z" });
      const from = asAnn(await tokenFor(bob, first.id));
      const roles = [{ id: reader }];
      const later = { roles, impersonation: true, expires_at: "2026-11-20T15:00:01Z" };
      assert.equal((await trusting(from, cyd, later)).status, 403);
      assert.equal((await trusting(from, cyd, { impersonation: true, roles: [{ id: member }] })).status, 403);
      assert.equal((await trusting(from, cyd, { impersonation: true, roles, remaining_uses: 1 })).status, 403);
      const second = await trust(from, cyd, { impersonation: true, roles });
      assert.equal(second.expires_at, first.expires_at);
    });

    test("ends from where it is cut", async () => {
      const first = await trust(ann, bob, open);
      const second = await trust(asAnn(await tokenFor(bob, first.id)), cyd, open);
      const third = await trust(asAnn(await tokenFor(cyd, second.id)), dan, { impersonation: true });
      const [middle, last] = [await tokenFor(cyd, second.id), await tokenFor(dan, third.id)];
      await cloud.call("DELETE", `${all}/${second.id}`, { as: ann.token });
      assert.deepEqual([await works(middle), await works(last)], [false, false]);
      assert.equal((await enter(dan, third.id)).status, 401);
      assert.equal((await enter(bob, first.id)).status, 201);
    });

    test("stands on whoever has given the first, and on all between", async () => {
      const hal = await person("hal", member);
      const first = await trust(hal, bob, { allow_redelegation: true });
      const second = await trust({ id: bob.id, token: await tokenFor(bob, first.id) }, cyd);
      const token = await tokenFor(cyd, second.id);
      assert.equal((await enter(cyd, second.id)).body.token.user.id, cyd.id);
      const state = (enabled: boolean) => cloud.call("PATCH", `/v3/users/${bob.id}`, { body: { user: { enabled } } });
      await state(false);
      assert.equal(await works(token), false);
      assert.equal((await enter(cyd, second.id)).status, 403);
      await state(true);
      const again = await tokenFor(cyd, second.id);
      assert.equal(await works(again), true);
      await cloud.call("DELETE", hal.grant);
      assert.equal(await works(again), false);
      assert.equal((await enter(cyd, second.id)).status, 403);
    });
  });

  test("that nobody can use any more is forgotten", async () => {
    const { now } = cloud.world("identity");
    const soon = new Date(Date.parse(now) + 600_000).toISOString();
    ann.token = await tokenOf("ann", onProject("demo"));
    const [used, over, living] = [
      await trust(ann, bob, { remaining_uses: 1 }),
      await trust(ann, bob, { expires_at: soon }),
      await trust(ann, bob),
    ];
    await enter(bob, used.id);
    const left = async () => {
      await cloud.runLoop("identity.ended-trusts");
      const { rows } = await cloud.database.pool.query("select id from identity_trusts");
      return [used, over, living].map((it) => rows.some(({ id }: { id: string }) => id === it.id));
    };
    assert.deepEqual(await left(), [false, true, true]);
    await cloud.later("25h");
    assert.deepEqual(await left(), [false, false, true]);
    assert.deepEqual(await cloud.runLoop("identity.ended-trusts"), { changed: 0 });
    ann.token = await tokenOf("ann", onProject("demo"));
  });
});
