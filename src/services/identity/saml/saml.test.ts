import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";
import { judge, noJudge } from "./judge.testkit.ts";

const { cloud, made, named, tokenOf } = await begun();
const call = (method: string, path: string, body?: unknown, as: string | null = null) =>
  cloud.call(method, `/v3${path}`, { body, as });
const other = {
  auth_url: "http://beta.example/v3/OS-FEDERATION/identity_providers/alpha/protocols/saml2/auth",
  sp_url: "http://beta.example/Shibboleth.sso/SAML2/ECP",
};
const entityId = "http://cloud.example:5000/identity/v3/OS-FEDERATION/saml2/idp";
const register = (id: string, more: object = {}) =>
  call(
    "PUT",
    `/OS-FEDERATION/service_providers/${id}`,
    { service_provider: { ...other, enabled: true, ...more } },
    "admin",
  );
const asked = (token: string, to = "beta") => ({
  auth: { identity: { methods: ["token"], token: { id: token } }, scope: { service_provider: { id: to } } },
});
const path = "/auth/OS-FEDERATION/saml2";
const metadata = async () => (await call("GET", "/OS-FEDERATION/saml2/metadata")).text;

describe("this cloud as an identity provider", async () => {
  after(() => cloud.stop());
  await register("beta");

  test("tells what others have to know of it: its name, and a certificate that stays", async () => {
    const { status, headers, text } = await call("GET", "/OS-FEDERATION/saml2/metadata");
    assert.equal(status, 200);
    assert.equal(headers["content-type"], "text/xml");
    assert.match(text, new RegExp(`entityID="${entityId}"`));
    const found = /<ds:X509Certificate>([^<]+)</.exec(text)![1]!;
    const certificate = new X509Certificate(Buffer.from(found, "base64"));
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(certificate.subject, `CN=${entityId}`);
    assert.equal(await metadata(), text);
    const { rows } = await cloud.database.pool.query("select * from identity_saml_keys");
    assert.equal(rows.length, 1);
    assert.doesNotMatch(JSON.stringify(rows), /PRIVATE KEY/, "it is sealed");
  });

  test("says of a token's owner what Keystone says, signed, for one other cloud", { skip: noJudge }, async () => {
    const { id: groupId } = await made("group", { name: 'those <&> "who"', domain_id: "default" });
    const demo = await named("user", "demo");
    await call("PUT", `/groups/${groupId}/users/${demo}`, undefined, "admin");
    const { status, text, headers } = await call("POST", path, asked(await tokenOf("demo", onProject("demo"))));
    assert.equal(status, 200, text);
    assert.equal(headers["content-type"], "text/xml");
    assert.equal(headers["x-sp-url"], other.sp_url);
    assert.equal(headers["x-auth-url"], other.auth_url);
    const said = await judge({ metadata: await metadata(), response: text, recipient: other.sp_url });
    assert.deepEqual(said, {
      issuer: entityId,
      subject: "demo",
      attributes: {
        openstack_user: ["demo"],
        openstack_roles: ["member", "reader"],
        openstack_project: ["demo"],
        openstack_project_domain: ["Default"],
        openstack_user_domain: ["Default"],
        openstack_groups: [`JSON:${JSON.stringify({ name: 'those <&> "who"', domain: { name: "Default" } })}`],
      },
    });
  });

  test("that is changed on its way is believed by nobody", { skip: noJudge }, async () => {
    const { text } = await call("POST", path, asked(await tokenOf("demo", onProject("demo"))));
    const forged = text.replaceAll(">member<", ">admin<");
    assert.notEqual(forged, text);
    const asking = { metadata: await metadata(), recipient: other.sp_url };
    await assert.rejects(judge({ ...asking, response: forged }));
    await judge({ ...asking, response: text });
  });

  test("wraps the same for the enhanced client profile", { skip: noJudge }, async () => {
    await register("prefixed", { relay_state_prefix: "cookie:" });
    const token = await tokenOf("demo", onProject("demo"));
    const { status, text } = await call("POST", `${path}/ecp`, asked(token, "prefixed"));
    assert.equal(status, 200, text);
    assert.match(text, /<soap:Header><ecp:RelayState [^>]*soap:mustUnderstand="1"[^>]*>cookie:[0-9a-f]{32}</);
    const said = await judge({ metadata: await metadata(), envelope: text, recipient: other.sp_url });
    assert.equal(said.subject, "demo");
  });

  test("speaks for tokens of projects only, to clouds that it knows and that are switched on", async () => {
    const token = await tokenOf("demo", onProject("demo"));
    const unknown = await call("POST", path, asked(token, "nobody"));
    assert.deepEqual([unknown.status, unknown.body.error.message], [404, "Could not find Service Provider: nobody."]);
    await register("off", { enabled: false });
    const off = await call("POST", path, asked(token, "off"));
    assert.deepEqual([off.status, off.body.error.message], [403, "Service Provider off is disabled"]);
    const system = await call("POST", path, asked(await tokenOf("admin", { system: { all: true } })));
    assert.equal(system.status, 403);
    assert.match(system.body.error.message, /Use a project scoped token when attempting to create a SAML assertion/);
    assert.equal((await call("POST", path, asked("nonsense"))).status, 404);
    assert.equal(
      (await call("POST", path, asked("nonsense", "nobody"))).body.error.message,
      "Failed to validate token",
    );
    for (const odd of [{}, { auth: {} }, { auth: { ...asked(token).auth, more: 1 } }])
      assert.equal((await call("POST", path, odd)).status, 400);
  });

  test("speaks for no token that is held to certain requests", async () => {
    const demo = await named("user", "demo");
    const token = await tokenOf("demo", onProject("demo"));
    const rule = { service: "compute", method: "GET", path: "/v2.1/servers" };
    const application_credential = { name: "narrow", secret: "s", access_rules: [rule] };
    const { body } = await call("POST", `/users/${demo}/application_credentials`, { application_credential }, token);
    const { id } = body.application_credential;
    const identity = { methods: ["application_credential"], application_credential: { id, secret: "s" } };
    const narrow = await call("POST", "/auth/tokens", { auth: { identity } });
    assert.equal((await call("POST", path, asked(narrow.headers["x-subject-token"]!))).status, 403);
  });
});

test("two processes that need the cloud's own key at once have the same one", async (t) => {
  const { cloud } = await begun();
  t.after(() => cloud.stop());
  const second = await cloud.another();
  const asked = [cloud, second, cloud, second].map((by) =>
    by.call("GET", "/v3/OS-FEDERATION/saml2/metadata", { as: null }),
  );
  const texts = (await Promise.all(asked)).map(({ text }) => text);
  await second.stop();
  assert.equal(new Set(texts).size, 1);
  assert.match(texts[0]!, /X509Certificate/);
});
