import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";

const { cloud, named, tokenOf } = await begun();

describe("OAuth 2.0's client credentials", () => {
  after(() => cloud.stop());

  test("an application credential is a client, and its access token a bearer's", async () => {
    const [me, own] = [await named("user", "demo"), await tokenOf("demo", onProject("demo"))];
    const body = { application_credential: { name: "robot" } };
    const made = await cloud.call("POST", `/v3/users/${me}/application_credentials`, { as: own, body });
    assert.equal(made.status, 201, made.text);
    const { id, secret } = made.body.application_credential;
    const ask = (authorization: string | undefined, form: object) =>
      cloud.call("POST", "/v3/OS-OAUTH2/token", {
        as: null,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          ...(authorization && { authorization }),
        },
        body: new URLSearchParams(form as Record<string, string>).toString(),
      });
    const basic = (name: string, word: string) => `Basic ${Buffer.from(`${name}:${word}`).toString("base64")}`;
    const grant = { grant_type: "client_credentials" };
    const given = await ask(basic(id, secret), grant);
    assert.equal(given.status, 200, given.text);
    assert.equal(given.body.token_type, "Bearer");
    assert.equal(given.body.expires_in, 12 * 3600);
    assert.equal(given.headers["cache-control"], "no-store");
    const bearer = { authorization: `Bearer ${given.body.access_token}` };
    const mine = await cloud.call("GET", "/v3/auth/projects", { as: null, headers: bearer });
    assert.equal(mine.status, 200, mine.text);
    assert.equal((await ask(undefined, { ...grant, client_id: id, client_secret: secret })).status, 200);
    const wrong = await ask(basic(id, "wrong"), grant);
    assert.deepEqual([wrong.status, wrong.body.error], [401, "invalid_client"]);
    assert.match(wrong.headers["www-authenticate"]!, /^Keystone uri=/);
    assert.deepEqual((await ask(undefined, grant)).body.error, "invalid_client");
    assert.deepEqual((await ask(basic(id, secret), { scope: "any" })).body.error, "invalid_request");
    const other = await ask(basic(id, secret), { grant_type: "password" });
    assert.deepEqual([other.status, other.body.error], [400, "unsupported_grant_type"]);
  });
});
