import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import type { Settings } from "#platform/config/config.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { image } from "../service.ts";
import { readProtection } from "./protection.ts";

const byRoles = `
# whoever has member
[^x_public_.*]
create = admin,member
read = @
update = admin
delete = !

[^x_secret]
create = admin
read = admin
update = admin
delete = admin

[^open_]
create = @
read = @
update = @
delete = @
`;

describe("properties that are protected", () => {
  async function inCloud(settings: Settings, work: (cloud: TestCloud) => Promise<void>) {
    const cloud = await testCloud({ services: [image], drivers: { image: simulatedImages() }, settings });
    await work(cloud).finally(() => cloud.stop());
  }
  const patch = { "content-type": "application/openstack-images-v2.1-json-patch" };
  const make = (cloud: TestCloud, body: object, as = "demo") => cloud.call("POST", "/image/v2/images", { as, body });
  const change = (cloud: TestCloud, id: string, op: string, path: string, as = "demo") =>
    cloud.call("PATCH", `/image/v2/images/${id}`, {
      as,
      body: JSON.stringify([{ op, path, ...(op !== "remove" && { value: "v" }) }]),
      headers: patch,
    });

  test("are created, seen, changed and removed by those only who have the role", async () => {
    await inCloud({ "image-property-protection": byRoles }, async (cloud) => {
      const refused = await make(cloud, { x_secret: "s" });
      assert.deepEqual([refused.status, /Attribute 'x_secret' is reserved/.test(refused.text)], [403, true]);
      assert.equal((await make(cloud, { unlisted: "u" }, "admin")).status, 403);
      const { id } = (await make(cloud, { x_public_a: "a", open_b: "b" })).body;
      assert.equal((await change(cloud, id, "add", "/x_secret", "admin")).status, 200);
      const seen = async (as: string) => Object.keys((await cloud.call("GET", `/image/v2/images/${id}`, { as })).body);
      assert.ok((await seen("admin")).includes("x_secret"));
      assert.ok(!(await seen("demo")).includes("x_secret"));
      assert.ok((await seen("reader")).includes("x_public_a"));
      assert.equal((await change(cloud, id, "replace", "/x_public_a")).status, 403);
      assert.equal((await change(cloud, id, "replace", "/x_public_a", "admin")).status, 200);
      assert.equal((await change(cloud, id, "remove", "/x_public_a", "admin")).status, 403);
      assert.equal((await change(cloud, id, "remove", "/x_secret")).status, 409);
      assert.equal((await change(cloud, id, "remove", "/open_b")).status, 200);
      const { images } = (await cloud.call("GET", "/image/v2/images", { as: "demo" })).body;
      assert.equal(images[0].x_secret, undefined);
    });
  });

  test("may be protected by policies instead", async () => {
    const text = "[.*]\ncreate = add_image\nread = default\nupdate = context_is_admin\ndelete = context_is_admin";
    const settings = { "image-property-protection": text, "image-property-protection-by": "policies" } as const;
    await inCloud(settings, async (cloud) => {
      const { id } = (await make(cloud, { a: "1" })).body;
      assert.equal((await change(cloud, id, "replace", "/a")).status, 403);
      assert.equal((await change(cloud, id, "replace", "/a", "admin")).status, 200);
    });
  });

  test("are not read from a text that makes no sense", () => {
    for (const text of ["create = x", "[a]\ncreate = x", "[(]\ncreate=a\nread=a\nupdate=a\ndelete=a", "[a]\nwhat"])
      assert.throws(() => readProtection(text, "roles"), /image-property-protection/);
    assert.throws(() => readProtection("[a]\ncreate=a,b\nread=a\nupdate=a\ndelete=a", "policies"), /more than one/);
    assert.throws(() => readProtection("[a]\ncreate=@,!\nread=a\nupdate=a\ndelete=a", "roles"), /both @ and !/);
  });
});
