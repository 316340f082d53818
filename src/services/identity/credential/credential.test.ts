import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, describe, test } from "node:test";
import { begun, onProject, passwords } from "../begun.testkit.ts";
import { passcodeOf, windowAt } from "./totp.ts";

const { cloud, tokenOf, named, made } = await begun();
const demo = await tokenOf("demo", onProject("demo"));
const user = await named("user", "demo");
const project = await named("project", "demo");
const sha = (text: string) => createHash("sha256").update(text).digest("hex");

const keep = (credential: object, as: string | undefined = demo) =>
  cloud.call("POST", "/v3/credentials", { as, body: { credential } });

describe("keeping credentials", () => {
  after(() => cloud.stop());

  describe("credentials", () => {
    test("are kept, shown, changed and deleted by their owner", async () => {
      const { status, body } = await keep({
        user_id: user,
        project_id: project,
        type: "cert",
        blob: "a secret",
        colour: "red",
      });
      assert.equal(status, 201);
      const path = `/v3/credentials/${body.credential.id}`;
      assert.equal(body.credential.colour, "red");
      assert.equal(body.credential.blob, "a secret");
      const to = { credential: { blob: "another" } };
      assert.equal((await cloud.call("PATCH", path, { as: demo, body: to })).body.credential.blob, "another");
      assert.equal((await cloud.call("GET", path, { as: demo })).body.credential.blob, "another");
      assert.equal((await cloud.call("DELETE", path, { as: demo })).status, 204);
      assert.equal((await cloud.call("GET", path)).status, 404);
    });

    test("lie sealed in the database", async () => {
      await keep({ user_id: user, type: "cert", blob: "never in the clear" });
      const { rows } = await cloud.database.pool.query("select sealed from identity_credentials");
      assert.ok(rows.length > 0 && rows.every(({ sealed }: { sealed: string }) => !sealed.includes("never")));
    });

    test("of another user are neither listed, shown, changed nor made", async () => {
      const admin = await named("user", "admin");
      const { body } = await keep({ user_id: admin, type: "cert", blob: "mine" }, "admin");
      const path = `/v3/credentials/${body.credential.id}`;
      for (const id of [body.credential.id, "no-such"])
        assert.equal((await cloud.call("GET", `/v3/credentials/${id}`, { as: demo })).status, 403);
      assert.equal((await cloud.call("DELETE", path, { as: demo })).status, 403);
      assert.equal((await keep({ user_id: admin, type: "cert", blob: "mine" })).status, 403);
      const own = (await keep({ user_id: user, type: "cert", blob: "x" })).body.credential.id;
      const away = { credential: { user_id: admin } };
      assert.equal((await cloud.call("PATCH", `/v3/credentials/${own}`, { as: demo, body: away })).status, 403);
      const all = (await cloud.call("GET", "/v3/credentials", { as: demo })).body.credentials;
      assert.ok(all.every((it: { user_id: string }) => it.user_id === user));
      const narrowed = (await cloud.call("GET", `/v3/credentials?user_id=${admin}&type=cert`)).body.credentials;
      assert.deepEqual(
        narrowed.map((it: { id: string }) => it.id),
        [body.credential.id],
      );
    });

    test("of EC2 are found by the hash of their access key, and need a project", async () => {
      const blob = JSON.stringify({ access: "AKIA", secret: "s" });
      const { body } = await keep({ user_id: user, project_id: project, type: "ec2", blob });
      assert.equal(body.credential.id, sha("AKIA"));
      const twice = await keep({ user_id: user, project_id: project, type: "ec2", blob });
      assert.equal(twice.status, 409);
      for (const bad of [{ blob }, { blob: "no json", project_id: project }, { blob: "{}", project_id: project }])
        assert.equal((await keep({ user_id: user, type: "ec2", ...bad })).status, 400);
    });

    test("go with their user and their project", async () => {
      const other = await made("project", { name: "passing" });
      const guest = await made("user", { name: "guest" });
      await keep({ user_id: guest.id, type: "cert", blob: "x" }, "admin");
      await keep({ user_id: user, project_id: other.id, type: "cert", blob: "x" }, "admin");
      await cloud.call("DELETE", `/v3/users/${guest.id}`);
      await cloud.call("DELETE", `/v3/projects/${other.id}`);
      const { rows } = await cloud.database.pool.query(
        "select 1 from identity_credentials where user_id = $1 or project_id = $2",
        [guest.id, other.id],
      );
      assert.equal(rows.length, 0);
    });
  });

  describe("EC2 key pairs", () => {
    const pairs = `/v3/users/${user}/credentials/OS-EC2`;

    test("are made, listed, shown and deleted by their user", async () => {
      const { status, body } = await cloud.call("POST", pairs, { as: demo, body: { tenant_id: project } });
      assert.equal(status, 201);
      const { access, secret, tenant_id, user_id, trust_id, links } = body.credential;
      assert.deepEqual([tenant_id, user_id, trust_id], [project, user, null]);
      assert.match(links.self, new RegExp(`${pairs}/${access}$`));
      assert.match(secret, /^[0-9a-f]{32}$/);
      const listed = (await cloud.call("GET", pairs, { as: demo })).body.credentials;
      assert.ok(listed.some((it: { access: string }) => it.access === access));
      assert.equal((await cloud.call("GET", `${pairs}/${access}`, { as: demo })).body.credential.secret, secret);
      assert.equal((await cloud.call("GET", `/v3/credentials/${sha(access)}`, { as: demo })).status, 200);
      assert.equal((await cloud.call("DELETE", `${pairs}/${access}`, { as: demo })).status, 204);
      assert.equal((await cloud.call("GET", `${pairs}/${access}`)).status, 404);
    });

    test("are for a project that exists", async () => {
      assert.equal((await cloud.call("POST", pairs, { as: demo, body: { tenant_id: "none" } })).status, 404);
    });
  });

  describe("a login by TOTP", () => {
    const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const enter = (passcode: string, more: object = {}) => {
      const identity = { methods: ["totp"], totp: { user: { id: user, passcode } }, ...more };
      return cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth: { identity } } });
    };
    const code = (back = 0) => passcodeOf(secret, windowAt(cloud.world("identity").now) - back)!;

    test("makes the passcodes of RFC 6238", () => {
      assert.equal(passcodeOf(secret, windowAt("1970-01-01T00:00:59Z")), "287082");
      assert.equal(passcodeOf("no base32!", 1), undefined);
    });

    test("opens with this half minute's passcode or the last one's, each once", async () => {
      await keep({ user_id: user, type: "totp", blob: secret });
      assert.equal((await enter(code(2))).status, 401);
      assert.equal((await enter("000000")).status, 401);
      const { status, body } = await enter(code(1));
      assert.equal(status, 201);
      assert.deepEqual(body.token.methods, ["totp"]);
      assert.equal((await enter(code(1))).status, 401);
      assert.equal((await enter(code())).status, 201);
      assert.equal((await enter(code())).status, 401);
    });

    test("is used up even where it leads nowhere", async () => {
      await cloud.later("1m");
      const nowhere = { project: { id: "none" } };
      const user_ = { id: user, passcode: code() };
      const auth = { identity: { methods: ["totp"], totp: { user: user_ } }, scope: nowhere };
      const first = await cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth } });
      assert.equal(first.status, 401);
      assert.match(first.headers["www-authenticate"]!, /^Keystone uri=/);
      assert.equal((await enter(code())).status, 401);
    });

    test("of two at one time lets one in", async () => {
      await cloud.later("1m");
      const both = await Promise.all([enter(code()), enter(code())]);
      assert.deepEqual(both.map(({ status }) => status).sort(), [201, 401]);
    });

    test("goes together with a password of the same user, and of no other one", async () => {
      await cloud.later("1m");
      const by = (name: string) => ({
        methods: ["password", "totp"],
        password: { user: { name, domain: { id: "default" }, password: passwords[name] } },
      });
      assert.equal((await enter(code(), by("admin"))).status, 401);
      await cloud.later("1m");
      const { status, body } = await enter(code(), by("demo"));
      assert.equal(status, 201);
      assert.deepEqual([...body.token.methods].sort(), ["password", "totp"]);
    });
  });
});
