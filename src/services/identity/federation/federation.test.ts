import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun } from "../begun.testkit.ts";

const { cloud } = await begun();
const root = "/v3/OS-FEDERATION";
const rules = [{ local: [{ user: { name: "{0}" } }], remote: [{ type: "OIDC-sub" }] }];

describe("federation", () => {
  after(() => cloud.stop());

  test("a provider is off until it is switched on, and has a domain of its own where none is named", async () => {
    const body = { identity_provider: { description: "Corp", remote_ids: ["https://id.example"] } };
    const made = await cloud.call("PUT", `${root}/identity_providers/corp`, { body });
    assert.equal(made.status, 201, made.text);
    const { domain_id: domainId, ...it } = made.body.identity_provider;
    assert.deepEqual(it, {
      id: "corp",
      enabled: false,
      description: "Corp",
      authorization_ttl: null,
      remote_ids: ["https://id.example"],
      links: {
        self: "http://localhost:80/v3/OS-FEDERATION/identity_providers/corp",
        protocols: "http://localhost:80/v3/OS-FEDERATION/identity_providers/corp/protocols",
      },
    });
    assert.equal((await cloud.call("GET", `/v3/domains/${domainId}`)).status, 200);
    assert.equal((await cloud.call("PUT", `${root}/identity_providers/corp`, { body })).status, 409);
    assert.equal(
      (await cloud.call("PUT", `${root}/identity_providers/other`, { body })).status,
      409,
      "a name is one's",
    );
    const on = { identity_provider: { enabled: true } };
    assert.equal((await cloud.call("PATCH", `${root}/identity_providers/corp`, { body: on })).status, 200);
    const listed = await cloud.call("GET", `${root}/identity_providers?enabled=true`);
    assert.deepEqual(
      listed.body.identity_providers.map((one: { id: string }) => one.id),
      ["corp"],
    );
  });

  test("a protocol needs a mapping that there is, and a mapping that is used stays", async () => {
    const path = `${root}/identity_providers/corp/protocols/openid`;
    const body = { protocol: { mapping_id: "people" } };
    assert.equal((await cloud.call("PUT", path, { body })).status, 400);
    assert.equal((await cloud.call("PUT", `${root}/mappings/people`, { body: { mapping: {} } })).status, 400);
    const made = await cloud.call("PUT", `${root}/mappings/people`, { body: { mapping: { rules } } });
    assert.equal(made.status, 201, made.text);
    assert.deepEqual(made.body.mapping.rules, rules);
    assert.equal((await cloud.call("PUT", path, { body })).status, 201);
    assert.equal((await cloud.call("GET", path)).body.protocol.mapping_id, "people");
    assert.equal((await cloud.call("DELETE", `${root}/mappings/people`)).status, 409);
    assert.equal((await cloud.call("PATCH", path, { body: { protocol: { mapping_id: "nobody" } } })).status, 400);
  });

  test("another cloud is registered, changed and deleted", async () => {
    const path = `${root}/service_providers/east`;
    const body = { service_provider: { auth_url: "https://east/auth", sp_url: "https://east/sp" } };
    assert.equal((await cloud.call("PUT", path, { body })).status, 201);
    const change = { service_provider: { enabled: true } };
    assert.equal((await cloud.call("PATCH", path, { body: change })).body.service_provider.enabled, true);
    assert.equal((await cloud.call("PATCH", path, { body: { service_provider: {} } })).status, 400);
    assert.equal((await cloud.call("DELETE", path)).status, 204);
    assert.equal((await cloud.call("GET", path)).status, 404);
  });
});
