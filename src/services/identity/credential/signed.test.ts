import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";
import { signatureOf } from "./signature.ts";

const { cloud, tokenOf, named, made } = await begun();
const user = await named("user", "demo");
const project = await named("project", "demo");
const demo = () => tokenOf("demo", onProject("demo"));
const pairs = `/v3/users/${user}/credentials/OS-EC2`;
const pair = async (as?: string) =>
  (await cloud.call("POST", pairs, { as: as ?? (await demo()), body: { tenant_id: project } })).body.credential;
const ask = (what: "ec2" | "s3", credentials: object, as: string | null = "admin") =>
  cloud.call("POST", `/v3/${what}tokens`, { as, body: { credentials } });

interface Pair {
  readonly access: string;
  readonly secret: string;
}
function signed({ access, secret }: Pair, more: { host?: string; Timestamp?: string } = {}) {
  const { host = "cloud", Timestamp } = more;
  const params = { SignatureVersion: "2", Action: "Test", ...(Timestamp && { Timestamp }) };
  const it = { verb: "GET", host, path: "/", params, headers: {}, bodyHash: "" };
  return { access, verb: "GET", host, path: "/", params, headers: {}, signature: signatureOf(secret, it) };
}
function s3({ access, secret }: Pair, string = "GET\n\n\n\n/bucket") {
  const signature = createHmac("sha1", secret).update(string).digest("base64");
  return { access, token: Buffer.from(string).toString("base64url"), signature };
}

describe("signed requests", () => {
  after(() => cloud.stop());

  test("become a token of who signed them", async () => {
    const it = await pair();
    const { status, body, headers } = await ask("ec2", signed(it));
    assert.equal(status, 200);
    assert.equal(body.token.user.id, user);
    assert.equal(body.token.project.id, project);
    assert.deepEqual(body.token.methods, ["ec2credential"]);
    assert.ok(headers["x-subject-token"]);
    const own = await cloud.call("GET", "/v3/auth/projects", { as: headers["x-subject-token"]! });
    assert.equal(own.status, 200);
  });

  test("for S3 show whose they are, and no token", async () => {
    const { status, body, headers } = await ask("s3", s3(await pair()));
    assert.equal(status, 200);
    assert.equal(body.token.project.id, project);
    assert.equal(headers["x-subject-token"], undefined);
  });

  test("may have been signed without the port of the host", async () => {
    const it = await pair();
    assert.equal((await ask("ec2", { ...signed(it), host: "cloud:8773" })).status, 200);
  });

  test("with a wrong signature, none, an unknown key or an old date are refused", async () => {
    const it = await pair();
    assert.equal((await ask("ec2", signed({ ...it, secret: "wrong" }))).status, 401);
    assert.equal((await ask("ec2", { ...signed(it), signature: undefined })).status, 401);
    assert.equal((await ask("s3", { ...s3(it), signature: "x" })).status, 401);
    assert.equal((await ask("ec2", signed({ ...it, access: "nobody's" }))).status, 404);
    assert.equal((await ask("ec2", {})).status, 401);
    const at = (iso: string) => signed(it, { Timestamp: iso });
    assert.equal((await ask("ec2", at("2026-11-20T11:50:00Z"))).status, 200);
    assert.equal((await ask("ec2", at("2026-11-20T11:44:00Z"))).status, 401);
    assert.equal((await ask("ec2", at("never"))).status, 401);
  });

  test("are the affair of services and operators alone", async () => {
    const it = await pair();
    for (const as of [null, await demo()])
      for (const what of ["ec2", "s3"] as const)
        assert.ok([401, 403].includes((await ask(what, signed(it), as)).status));
    const service = await tokenOf("admin", onProject("admin"));
    assert.equal((await ask("ec2", signed(it), service)).status, 200);
  });

  test("of a user who is disabled or out of the project are refused", async () => {
    const guest = await made("user", { name: "guest", password: "secret" });
    const grant = `/v3/projects/${project}/users/${guest.id}/roles/${await named("role", "member")}`;
    await cloud.call("PUT", grant);
    const as = await tokenOf("guest", onProject("demo"));
    const path = `/v3/users/${guest.id}/credentials/OS-EC2`;
    const it = (await cloud.call("POST", path, { as, body: { tenant_id: project } })).body.credential;
    assert.equal((await ask("ec2", signed(it))).status, 200);
    await cloud.call("DELETE", grant);
    assert.equal((await ask("ec2", signed(it))).status, 401);
    await cloud.call("PUT", grant);
    await cloud.call("PATCH", `/v3/users/${guest.id}`, { body: { user: { enabled: false } } });
    assert.equal((await ask("ec2", signed(it))).status, 401);
  });

  test("go no further than what their key was made through", async () => {
    const path = `/v3/users/${user}/application_credentials`;
    const body = { application_credential: { name: "signing", unrestricted: true, roles: [{ name: "reader" }] } };
    const lent = (await cloud.call("POST", path, { as: await demo(), body })).body.application_credential;
    const identity = {
      methods: ["application_credential"],
      application_credential: { id: lent.id, secret: lent.secret },
    };
    const login = await cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth: { identity } } });
    const role = await named("role", "member");
    const guest = await made("user", { name: "trustee", password: "secret" });
    const trust = { trustor_user_id: user, trustee_user_id: guest.id, project_id: project, impersonation: true };
    const given = await cloud.call("POST", "/v3/OS-TRUST/trusts", {
      as: await demo(),
      body: { trust: { ...trust, roles: [{ id: role }] } },
    });
    const as = login.headers["x-subject-token"]!;
    const admin = await cloud.call("POST", pairs, { as, body: { tenant_id: project } });
    assert.equal(admin.status, 403);
    const made4 = await cloud.call("POST", "/v3/credentials", {
      as,
      body: {
        credential: { user_id: user, project_id: project, type: "ec2", blob: '{"access":"through","secret":"s"}' },
      },
    });
    assert.equal(JSON.parse(made4.body.credential.blob).app_cred_id, lent.id);
    const it = { access: "through", secret: "s" };
    const { body: opened } = await ask("ec2", signed(it));
    assert.deepEqual(
      opened.token.roles.map(({ name }: { name: string }) => name),
      ["reader"],
    );
    assert.equal(opened.token.application_credential.id, lent.id);
    const scope = { "OS-TRUST:trust": { id: given.body.trust.id } };
    const trusted = await pair(await tokenOf("trustee", scope));
    assert.equal(trusted.trust_id, given.body.trust.id);
    const { body: through } = await ask("ec2", signed(trusted));
    assert.equal(through.token["OS-TRUST:trust"].id, given.body.trust.id);
    assert.equal(through.token.user.id, user);
    await cloud.call("DELETE", `${path}/${lent.id}`, { as: await demo() });
    assert.equal((await ask("ec2", signed(it))).status, 401);
  });
});
