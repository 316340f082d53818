import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { TestCloud } from "#test/cloud.ts";
import { digestOf, octets, registryCloud } from "./registry.testkit.ts";

describe("artifacts as OCI has them", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await registryCloud();
  });
  after(() => cloud.stop());
  const call: TestCloud["call"] = (method, path, more) => cloud.call(method, path, { as: "demo", ...more });

  async function template(name: string, version: string, text: string) {
    const made = await call("POST", "/artifact/artifacts/heat_templates", { body: { name, version } });
    assert.equal(made.status, 201, made.text);
    const at = `/artifact/artifacts/heat_templates/${made.body.id}`;
    const put = await call("PUT", `${at}/template`, { body: Buffer.from(text), headers: octets });
    assert.equal(put.status, 200, put.text);
    const activate = [{ op: "replace", path: "/status", value: "active" }];
    const headers = { "content-type": "application/json-patch+json" };
    const active = await call("PATCH", at, { body: JSON.stringify(activate), headers });
    assert.equal(active.body.status, "active", active.text);
    return made.body.id as string;
  }

  test("are pulled by type and name, each version by a tag; the newest is latest", async () => {
    await template("Web Shop", "1.0.0", "the first");
    const id = await template("Web Shop", "1.1.0", "the second");
    const name = "demo/artifacts/heat_templates/web-shop";
    assert.deepEqual((await call("GET", `/v2/${name}/tags/list`)).body.tags, ["1.0.0", "1.1.0", "latest"]);
    const latest = await call("GET", `/v2/${name}/manifests/latest`);
    assert.equal(latest.body.artifactType, "application/vnd.openstack.artifact.heat_templates.v1");
    assert.equal(latest.body.annotations["org.openstack.artifact.id"], id);
    const [layer] = latest.body.layers;
    assert.deepEqual([layer.digest, layer.size], [digestOf(Buffer.from("the second")), 10]);
    assert.equal(layer.annotations["org.opencontainers.image.title"], "template");
    assert.equal((await call("GET", `/v2/${name}/blobs/${layer.digest}`)).text, "the second");
    const digest = latest.headers["docker-content-digest"];
    assert.equal((await call("GET", `/v2/${name}/manifests/${digest}`)).text, latest.text);
    const first = await call("GET", `/v2/${name}/manifests/1.0.0`);
    assert.equal(first.body.annotations["org.opencontainers.image.version"], "1.0.0");
    assert.ok((await call("GET", "/v2/_catalog")).body.repositories.includes(name));
  });

  test("are the project's own, and are made where their service is", async () => {
    await template("private", "1.0.0", "nobody else's");
    const status = async (project: string, as: string) =>
      (await call("GET", `/v2/${project}/artifacts/heat_templates/private/manifests/1.0.0`, { as })).status;
    assert.deepEqual([await status("demo", "demo"), await status("stranger", "stranger")], [200, 404]);
    const pushed = await call("POST", "/v2/demo/artifacts/heat_templates/private/blobs/uploads/");
    assert.deepEqual([pushed.status, pushed.body.errors[0].code], [405, "UNSUPPORTED"]);
  });
});
