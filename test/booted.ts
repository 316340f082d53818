import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Answered, type Call, type TestCloud, type TestOptions, testCloud } from "#test/cloud.ts";
import { bootImage, makeVolume, must } from "#test/laws/furniture.ts";

export interface Booted {
  readonly cloud: TestCloud;
  readonly server: string;
  /** Calls below the server, as demo. */
  on(method: string, path: string, call?: Call): Promise<Answered>;
  /** A volume that nobody has. */
  volume(): Promise<string>;
  volumeStatus(id: string): Promise<string>;
  remove(): Promise<void>;
}

/** A cloud in which the demo project has one running server without a network; nothing may be left of it at the end. */
export async function booted(t: TestContext, options: TestOptions = {}): Promise<Booted> {
  const cloud = await testCloud(options);
  t.after(() => cloud.stop());
  const flavor = { id: "1", name: "tiny", vcpus: 1, ram: 64, disk: 1 };
  await must(cloud, "POST", "/compute/v2.1/flavors", { flavor }, "admin");
  const asked = { name: "one", flavorRef: "1", imageRef: await bootImage(cloud), networks: "none" };
  const { id } = (await must(cloud, "POST", "/compute/v2.1/servers", { server: asked })).server;
  await cloud.settle();
  const on = (method: string, path: string, call: Call = {}) =>
    cloud.call(method, `/compute/v2.1/servers/${id}${path}`, { as: "demo", ...call });
  assert.equal((await on("GET", "")).body.server.status, "ACTIVE");
  return {
    cloud,
    server: id,
    on,
    volume: () => makeVolume(cloud),
    volumeStatus: async (volume) => (await must(cloud, "GET", `/volume/v3/volumes/${volume}`)).volume.status,
    async remove() {
      assert.equal((await on("DELETE", "")).status, 204);
      await cloud.settle();
      assert.equal((await on("GET", "")).status, 404);
      assert.deepEqual(await cloud.leftovers(), []);
    },
  };
}
