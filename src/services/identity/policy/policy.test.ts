import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun } from "../begun.testkit.ts";

const { cloud, made } = await begun();
const status = async (method: string, path: string) => (await cloud.call(method, `/v3${path}`)).status;

describe("policy documents", () => {
  after(() => cloud.stop());

  test("are kept as they come", async () => {
    const blob = JSON.stringify({ "compute:start": "role:member" });
    const policy = (
      await cloud.call("POST", "/v3/policies", { body: { policy: { type: "application/json", blob, owner: "me" } } })
    ).body.policy;
    assert.deepEqual(policy, {
      id: policy.id,
      type: "application/json",
      blob,
      owner: "me",
      links: { self: `http://localhost:80/v3/policies/${policy.id}` },
    });
    const changed = await cloud.call("PATCH", `/v3/policies/${policy.id}`, { body: { policy: { blob: "{}" } } });
    assert.equal(changed.body.policy.blob, "{}");
    assert.equal((await cloud.call("GET", "/v3/policies?type=text/plain")).body.policies.length, 0);
    assert.equal((await cloud.call("GET", "/v3/policies?type=application/json")).body.policies.length, 1);
    assert.equal(await status("DELETE", `/policies/${policy.id}`), 204);
    assert.equal(await status("GET", `/policies/${policy.id}`), 404);
  });

  test("hold for an endpoint, a service in a region, or a service: the nearest of them wins", async () => {
    const kept = async (blob: string) =>
      (await cloud.call("POST", "/v3/policies", { body: { policy: { type: "text/plain", blob } } })).body.policy.id;
    const [everywhere, inRegion, onEndpoint] = [await kept("a"), await kept("b"), await kept("c")];
    const service = await made("service", { type: "dns" });
    await made("region", { id: "up" });
    await made("region", { id: "down", parent_region_id: "up" });
    const face = { service_id: service.id, url: "http://dns" };
    const far = await made("endpoint", { ...face, interface: "public" });
    const near = await made("endpoint", { ...face, interface: "internal", region_id: "down" });
    const held = async (id: string) =>
      (await cloud.call("GET", `/v3/endpoints/${id}/OS-ENDPOINT-POLICY/policy`)).body.policy?.id;
    const root = (id: string) => `/policies/${id}/OS-ENDPOINT-POLICY`;
    assert.equal(await held(far.id), undefined);
    assert.equal(await status("PUT", `${root(everywhere)}/services/${service.id}`), 204);
    assert.equal(await status("PUT", `${root(inRegion)}/services/${service.id}/regions/up`), 204);
    assert.equal(await held(far.id), everywhere);
    assert.equal(await held(near.id), inRegion);
    assert.equal(await status("PUT", `${root(onEndpoint)}/endpoints/${near.id}`), 204);
    assert.equal(await held(near.id), onEndpoint);
    const endpoints = async (id: string) =>
      (await cloud.call("GET", `/v3${root(id)}/endpoints`)).body.endpoints.map((it: { id: string }) => it.id);
    assert.deepEqual(await endpoints(inRegion), [near.id]);
    assert.deepEqual(new Set(await endpoints(everywhere)), new Set([far.id, near.id]));
    assert.equal(await status("GET", `${root(everywhere)}/endpoints/${near.id}`), 404);
    assert.equal(await status("DELETE", `${root(onEndpoint)}/endpoints/${near.id}`), 204);
    assert.equal(await held(near.id), inRegion);
  });
});
