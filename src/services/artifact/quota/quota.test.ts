import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { simulatedArtifacts } from "#drivers/artifact/simulated/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { artifact } from "../service.ts";

describe("artifacts' quotas", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [artifact], drivers: { artifact: simulatedArtifacts() } });
  });
  after(() => cloud.stop());

  const ask = (method: string, path: string, body?: unknown, as = "demo", headers = {}) =>
    cloud.call(method, `/artifact${path}`, { as, body, headers });
  const limit = async (limits: Record<string, number>, as = "admin") => {
    const project_quotas = Object.entries(limits).map(([quota_name, quota_value]) => ({ quota_name, quota_value }));
    return ask("PUT", "/quotas", [{ project_id: cloud.actors.demo.projectId, project_quotas }], as);
  };
  const make = (name: string, type = "packages") => ask("POST", `/artifacts/${type}`, { name });

  test("are set by administrators and told to their projects", async () => {
    assert.equal((await limit({ max_artifact_number: 5 }, "demo")).status, 403);
    assert.equal((await limit({ none: 5 })).status, 400);
    assert.equal((await limit({ max_artifact_number: -2 })).status, 400);
    assert.equal((await limit({ max_artifact_number: 5, "max_uploaded_data:images": 7 })).status, 200);
    const { body } = await ask("GET", "/project-quotas");
    assert.equal(body[0].project_id, cloud.actors.demo.projectId);
    assert.deepEqual(
      new Set(body[0].project_quotas.map((it: object) => Object.values(it).join("="))),
      new Set(["max_artifact_number=5", "max_uploaded_data=-1", "max_uploaded_data:images=7"]),
    );
    assert.equal((await ask("GET", "/quotas")).status, 403);
    const all = (await ask("GET", "/quotas", undefined, "admin")).body;
    assert.deepEqual(all.global_quotas, { max_artifact_number: -1, max_uploaded_data: -1 });
    assert.equal(all.quotas.length, 1);
    const path = `/project-quotas/${cloud.actors.demo.projectId}`;
    assert.equal((await ask("GET", path, undefined, "stranger")).status, 403);
  });

  test("bound how many artifacts there are, of all types and of one", async () => {
    await limit({ max_artifact_number: 2, "max_artifact_number:images": 1, "max_uploaded_data:images": -1 });
    const made = [await make("one", "images")];
    const second = await make("two", "images");
    assert.equal(second.status, 403);
    assert.match(second.body.error.message, /quota limit for artifact type 'images' is 1 artifacts. You have 1/);
    made.push(await make("two"));
    const third = await make("three");
    assert.equal(third.status, 403);
    assert.match(third.body.error.message, /global quota limit is 2 artifacts. You have 2/);
    for (const { body } of made) await ask("DELETE", `/artifacts/all/${body.id}`);
    for (const [n, type] of ["images", "packages"].entries())
      assert.equal((await ask("DELETE", `/artifacts/${type}/${made[n]!.body.id}`)).status, 204);
  });

  test("bound how many bytes there are, also where nobody says how many come", async () => {
    await limit({ max_artifact_number: -1, max_uploaded_data: 10 });
    const path = `/artifacts/packages/${(await make("bytes")).body.id}`;
    const put = (name: string, body: unknown) =>
      ask("PUT", `${path}/files/${name}`, body, "demo", { "content-type": "text/plain" });
    assert.equal((await put("a", "12345678")).status, 200);
    const over = await put("b", "1234");
    assert.equal(over.status, 413);
    assert.match(over.body.error.message, /Can't upload 4 byte\(s\) because of global quota limit: 10. You have 8/);
    const flowing = async (name: string, text: string) =>
      cloud.spine.door.inject({
        method: "PUT",
        url: `/artifact${path}/files/${name}`,
        headers: { "x-auth-token": "test:demo", "content-type": "text/plain", "transfer-encoding": "chunked" },
        payload: Readable.from([Buffer.from(text)]),
      });
    assert.equal((await flowing("c", "123")).statusCode, 413);
    assert.equal((await flowing("d", "12")).statusCode, 200);
    assert.equal((await flowing("e", "1")).statusCode, 413);
    assert.deepEqual(Object.keys((await ask("GET", path)).body.files), ["a", "d"]);
    assert.equal((await ask("DELETE", path)).status, 204);
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
  });
});
