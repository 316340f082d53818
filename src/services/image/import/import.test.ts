import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { webDownloads } from "#drivers/image/web/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import type { ImageDriver, Web } from "../driver.ts";
import { qcow2Sample } from "../inspect/samples.ts";
import { image } from "../service.ts";

describe("imports", () => {
  let cloud: TestCloud;
  let hold: { begun: PromiseWithResolvers<void>; over: PromiseWithResolvers<void> } | undefined;
  const newHold = () => ({ begun: Promise.withResolvers<void>(), over: Promise.withResolvers<void>() });
  const whileHeld = async (signal: AbortSignal | undefined) => {
    if (!hold) return;
    signal?.throwIfAborted();
    hold.begun.resolve();
    const calledOff = new Promise((_, stop) => signal?.addEventListener("abort", () => stop(signal.reason)));
    await Promise.race([calledOff, hold.over.promise]);
  };
  before(async () => {
    const driver = simulatedImages({ stores: ["fast", "slow"] });
    const { web } = driver;
    const copy: ImageDriver["copy"] = async (from, to, how) => {
      await whileHeld(how?.signal);
      return driver.copy(from, to, how);
    };
    const open: Web["open"] = async (url, asked) => {
      await whileHeld(asked?.signal);
      if (url.endsWith("/half")) return { bytes: halves(), sizeBytes: 100 };
      if (!url.endsWith("/qcow2")) return web!.open(url, asked);
      return { bytes: Readable.from([qcow2Sample()], { objectMode: false }), sizeBytes: null };
    };
    cloud = await testCloud({ services: [image], drivers: { image: { ...driver, copy, web: { ...web!, open } } } });
  });
  after(() => cloud.stop());

  const ask = (method: string, path: string, body?: unknown, more: Call = {}) =>
    cloud.call(method, `/image/v2${path}`, {
      as: "demo",
      body,
      ...more,
      headers: { accept: "application/json", ...more.headers },
    });
  const bytes = { "content-type": "application/octet-stream" };
  async function create(more: object = {}) {
    const made = await ask("POST", "/images", { name: "i", disk_format: "raw", container_format: "bare", ...more });
    assert.equal(made.status, 201, made.text);
    return made.body.id as string;
  }
  const bring = (id: string, name: string, more: object = {}, rest: object = {}, call: Call = {}) =>
    ask("POST", `/images/${id}/import`, { method: { name, ...more }, ...rest }, call);
  const show = async (id: string) => (await ask("GET", `/images/${id}`)).body;
  async function staged(content: string, more: object = {}) {
    const id = await create(more);
    const put = await ask("PUT", `/images/${id}/stage`, Buffer.from(content), { headers: bytes });
    assert.equal(put.status, 204, put.text);
    return id;
  }
  const tasks = async (id: string) => (await ask("GET", `/images/${id}/tasks`)).body.tasks;

  test("bring what is staged to the stores that are asked for, or to all", async () => {
    const some = await staged("one");
    assert.equal((await bring(some, "glance-direct", {}, { stores: ["slow"] })).status, 202);
    assert.equal((await show(some)).status, "importing");
    await cloud.settle();
    const it = await show(some);
    assert.deepEqual(
      [it.status, it.stores, it.os_glance_importing_to_stores, it.os_glance_failed_import],
      ["active", "slow", "", ""],
    );
    const all = await staged("two");
    await bring(all, "glance-direct", {}, { all_stores: true });
    await cloud.settle();
    assert.equal((await show(all)).stores, "fast,slow");
    assert.equal((await ask("GET", `/images/${all}/file`)).text, "two");
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("download, look at what comes, and refuse what it is not", async () => {
    const id = await create();
    assert.equal((await bring(id, "web-download", { uri: "http://web.example/1000" })).status, 202);
    await cloud.settle();
    const it = await show(id);
    assert.deepEqual([it.status, it.size, it.stores], ["active", 1000, "fast"]);
    const wrong = await create();
    await bring(wrong, "web-download", { uri: "http://web.example/qcow2" });
    await cloud.settle();
    const left = await show(wrong);
    assert.deepEqual([left.status, left.size, left.os_glance_failed_import], ["queued", null, "fast"]);
    const [task] = await tasks(wrong);
    assert.equal(task.status, "failure");
    assert.match(task.message, /qcow2/);
    assert.equal((await bring(wrong, "web-download", { uri: "http://web.example/1000" })).status, 202);
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
  });

  let goOn = () => {};
  /** The second half comes when it is told to. */
  function halves(): Readable {
    const bytes = new Readable({ read() {} });
    bytes.push(Buffer.alloc(50));
    goOn = () => {
      bytes.push(Buffer.alloc(50));
      bytes.push(null);
    };
    return bytes;
  }

  test("say what is being done, and how far it is", async () => {
    const id = await create();
    await bring(id, "web-download", { uri: "http://web.example/half" });
    await cloud.settle();
    const [task] = await tasks(id);
    assert.equal(task.status, "processing");
    assert.match(task.message, /^fetch, 50 %, since 2026-/);
    goOn();
    await cloud.settle();
    assert.deepEqual([(await show(id)).status, (await tasks(id))[0].message], ["active", ""]);
  });

  test("leave an image queued whose bytes are not there", async () => {
    const id = await create();
    await bring(id, "web-download", { uri: "http://elsewhere.example/x" }, { stores: ["slow"] });
    await cloud.settle();
    const it = await show(id);
    assert.deepEqual([it.status, it.os_glance_failed_import, it.os_glance_import_task], ["queued", "slow", undefined]);
    assert.equal((await bring(id, "web-download", { uri: "ftp://web.example/1" })).status, 400);
    assert.equal((await bring(id, "web-download", {})).status, 400);
  });

  test("copy to more stores, by those who may, and take from one", async () => {
    const id = await staged("three");
    await bring(id, "glance-direct");
    await cloud.settle();
    assert.equal((await bring(id, "copy-image", {}, { stores: ["slow"] })).status, 403);
    const admin = { as: "admin" };
    assert.equal((await bring(id, "copy-image", {}, { stores: ["fast"] }, admin)).status, 400);
    assert.equal((await bring(id, "copy-image", {}, { all_stores: true }, admin)).status, 202);
    await cloud.settle();
    assert.deepEqual([(await show(id)).stores, (await show(id)).status], ["fast,slow", "active"]);
    assert.equal((await ask("DELETE", `/stores/slow/${id}`)).status, 403);
    assert.equal((await ask("DELETE", `/stores/none/${id}`, undefined, admin)).status, 409);
    assert.equal((await ask("DELETE", `/stores/fast/${id}`, undefined, admin)).status, 204);
    assert.equal((await ask("DELETE", `/stores/fast/${id}`, undefined, admin)).status, 403);
    await cloud.settle();
    assert.equal((await show(id)).stores, "slow");
    assert.equal((await ask("GET", `/images/${id}/file`)).text, "three");
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("are told what is wrong with them", async () => {
    const id = await staged("four");
    const refused = async (status: number, why: RegExp, body: unknown, headers = {}) => {
      const { status: got, text } = await ask("POST", `/images/${id}/import`, body, { headers });
      assert.deepEqual([got, why.test(text)], [status, true], text);
    };
    const direct = { method: { name: "glance-direct" } };
    await refused(400, /requires a 'method' field/, {});
    await refused(400, /requires a 'name' field/, { method: {} });
    await refused(400, /Unknown import method name 'odd'/, { method: { name: "odd" } });
    await refused(400, /must be boolean value only/, { ...direct, all_stores: "yes" });
    await refused(400, /can't be used with/, { ...direct, all_stores: true, stores: ["fast"] });
    await refused(409, /not available on this node/, { ...direct, stores: ["none"] });
    await refused(400, /can't be both specified/, { ...direct, stores: ["fast"] }, { "x-image-meta-store": "slow" });
    await refused(409, /needs to be in 'queued' state/, {
      method: { name: "web-download", uri: "http://web.example/1" },
    });
    await refused(409, /Only images with status active/, { method: { name: "copy-image" } });
    hold = newHold();
    assert.equal((await bring(id, "glance-direct")).status, 202);
    await refused(409, /active task/, direct);
    hold.over.resolve();
    hold = undefined;
    await cloud.settle();
    await refused(409, /status active cannot be target/, direct);
    const foreign = await ask("POST", `/images/${id}/import`, direct, { as: "stranger" });
    assert.equal(foreign.status, 404);
    const none = await create({ disk_format: null });
    assert.match(
      (await bring(none, "web-download", { uri: "http://web.example/1" })).text,
      /'disk_format' needs to be set/,
    );
  });

  test("end without a trace when the image is deleted meanwhile", async () => {
    const id = await staged("five");
    await bring(id, "glance-direct", {}, { all_stores: true });
    assert.equal((await ask("DELETE", `/images/${id}`)).status, 204);
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
    const { body } = await ask("GET", "/tasks?status=failure", undefined, { as: "admin" });
    assert.ok(body.tasks.length > 0);
  });

  test("and deletions of their images are in each other's way at no point, and nothing is left", async () => {
    const one = async (nth: number) => {
      const id = await staged("many");
      await bring(id, "glance-direct", {}, { all_stores: true });
      for (let turn = 0; turn < nth * 3; turn += 1) await new Promise((then) => setImmediate(then));
      assert.equal((await ask("DELETE", `/images/${id}`)).status, 204);
    };
    await Promise.all(Array.from({ length: 40 }, (_, nth) => one(nth)));
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
    const { rows } = await cloud.database.pool.query(
      "select deadlocks from pg_stat_database where datname = current_database()",
    );
    assert.deepEqual(rows, [{ deadlocks: 0 }]);
  });

  test("that an operator calls off give the image back", async () => {
    const id = await staged("six");
    const other = await create();
    const locate = () => ask("POST", `/images/${other}/locations`, { url: "http://web.example/3" });
    for (const begin of [() => bring(id, "glance-direct"), locate]) {
      hold = newHold();
      await begin();
      await hold.begun.promise;
    }
    await cloud.world("image").write(async (tx) => {
      await tx.cancel(id);
      await tx.cancel(other);
    });
    await cloud.settle();
    hold = undefined;
    await cloud.runLoop("image.image.called-off");
    await cloud.settle();
    assert.deepEqual([(await show(id)).status, (await show(other)).status], ["uploading", "queued"]);
    assert.deepEqual([(await tasks(id))[0].status, (await tasks(other))[0].status], ["failure", "failure"]);
    assert.equal((await bring(id, "glance-direct")).status, 202);
    await cloud.settle();
    assert.equal((await show(id)).status, "active");
    assert.equal((await cloud.runLoop("image.image.called-off")).changed, 0);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("of one store too many fail as a whole, or where that is allowed for that store only", async () => {
    const failing = simulatedImages({ stores: ["good", "bad"] });
    const { copy } = failing;
    failing.copy = (from, to, more) =>
      to.store === "bad" ? Promise.reject(new Error("the store is broken")) : copy(from, to, more);
    const other = await testCloud({ services: [image], drivers: { image: failing } });
    const call = (method: string, path: string, body?: unknown, headers = {}) =>
      other.call(method, `/image/v2${path}`, { as: "demo", body, headers });
    const run = async (must: boolean) => {
      const { id } = (await call("POST", "/images", { disk_format: "raw", container_format: "bare" })).body;
      await call("PUT", `/images/${id}/stage`, Buffer.from(`x${must}`), bytes);
      const body = { method: { name: "glance-direct" }, all_stores: true, all_stores_must_succeed: must };
      assert.equal((await call("POST", `/images/${id}/import`, body)).status, 202);
      await other.settle();
      return (await call("GET", `/images/${id}`)).body;
    };
    const whole = await run(true);
    assert.deepEqual([whole.status, whole.stores, whole.os_glance_failed_import], ["uploading", undefined, "bad"]);
    const [task] = (await call("GET", `/images/${whole.id}/tasks`)).body.tasks;
    assert.match(task.message, /Copying to store bad failed: the store is broken/);
    const part = await run(false);
    assert.deepEqual([part.status, part.stores, part.os_glance_failed_import], ["active", "good", "bad"]);
    assert.deepEqual(await other.leftovers(), []);
    await other.stop();
  });

  test("of the old kind make their image", async () => {
    const input = {
      import_from: "http://web.example/5",
      import_from_format: "raw",
      image_properties: { name: "old", container_format: "bare" },
    };
    assert.equal((await ask("POST", "/tasks", { type: "import", input })).status, 403);
    const admin = { as: "admin" };
    const made = await ask("POST", "/tasks", { type: "import", input }, admin);
    assert.deepEqual(
      [made.status, made.body.status, made.headers.location],
      [201, "pending", `/v2/tasks/${made.body.id}`],
    );
    await cloud.settle();
    const done = (await ask("GET", `/tasks/${made.body.id}`, undefined, admin)).body;
    assert.equal(done.status, "success");
    assert.equal((await ask("GET", `/images/${done.result.image_id}`, undefined, admin)).body.size, 5);
    for (const from of ["file:///etc/passwd", "gopher://x", "", 7])
      assert.equal(
        (await ask("POST", "/tasks", { type: "import", input: { ...input, import_from: from } }, admin)).status,
        400,
      );
    assert.equal((await ask("POST", "/tasks", { type: "export", input }, admin)).status, 400);
    assert.equal((await ask("POST", "/tasks", { input }, admin)).status, 400);
    assert.equal((await ask("DELETE", `/tasks/${made.body.id}`, undefined, admin)).status, 405);
    assert.equal((await ask("GET", "/tasks/none", undefined, admin)).status, 404);
    const page = (await ask("GET", "/tasks?limit=1&type=import", undefined, admin)).body;
    assert.deepEqual([page.tasks.length, page.next !== undefined], [1, true]);
    await cloud.later("49h");
    await cloud.runLoop("image.image.scrub");
    assert.equal((await ask("GET", `/tasks/${made.body.id}`, undefined, admin)).status, 404);
  });

  describe("from another cloud", () => {
    let far: TestCloud;
    let server: Server;
    let near: TestCloud;
    let source: string;
    before(async () => {
      far = await testCloud({ services: [image], drivers: { image: simulatedImages() } });
      const made = await far.call("POST", "/image/v2/images", {
        as: "demo",
        body: { name: "far", disk_format: "qcow2", container_format: "bare", hw_cpu_cores: "5", speed: "88mph" },
      });
      source = made.body.id;
      await far.call("PUT", `/image/v2/images/${source}/file`, { as: "demo", body: qcow2Sample(), headers: bytes });
      server = createServer(async ({ method = "GET", url = "", headers }, answer) => {
        const got = await far.spine.door.inject({
          method: method as "GET",
          url,
          headers: headers as Record<string, string>,
        });
        answer.writeHead(got.statusCode, { "content-type": String(got.headers["content-type"]) }).end(got.rawPayload);
      });
      await new Promise<void>((then) => server.listen(0, "127.0.0.1", then));
      const { port } = server.address() as { port: number };
      const url = `http://127.0.0.1:${port}/image`;
      const endpoint = async (_: object, { region }: { region: string }) => (region === "far" ? url : undefined);
      const catalogue = {
        ...image,
        type: "identity",
        mounts: ["/none"],
        routes: [],
        sagas: [],
        loops: [],
        offer: { identity: { endpoint, verify: async () => undefined } },
      };
      near = await testCloud({
        services: [image, { ...catalogue, leftovers: undefined, migrations: new URL("./", import.meta.url) }],
        drivers: { image: { ...simulatedImages(), web: webDownloads() } },
      });
    });
    after(async () => {
      server.close();
      await near.stop();
      await far.stop();
    });
    const copied = async (region: string, id: string) => {
      const made = await near.call("POST", "/image/v2/images", {
        as: "demo",
        body: { disk_format: "iso", container_format: "ovf", hw_cpu_cores: "1", mine: "stays" },
      });
      const body = { method: { name: "glance-download", glance_region: region, glance_image_id: id } };
      const asked = await near.call("POST", `/image/v2/images/${made.body.id}/import`, { as: "demo", body });
      assert.equal(asked.status, 202, asked.text);
      await near.settle();
      return (await near.call("GET", `/image/v2/images/${made.body.id}`, { as: "demo" })).body;
    };

    test("bring formats and known properties along, and none else", async () => {
      const it = await copied("far", source);
      assert.deepEqual([it.status, it.disk_format, it.container_format], ["active", "qcow2", "bare"]);
      assert.deepEqual([it.hw_cpu_cores, it.mine, it.speed], ["5", "stays", undefined]);
      assert.equal(it.checksum, (await far.call("GET", `/image/v2/images/${source}`, { as: "demo" })).body.checksum);
    });

    test("leave the image as it was where there is none", async () => {
      for (const [region, id] of [
        ["nowhere", source],
        ["far", "36d4b546-64a2-4bb9-bdd0-ba676aa48f2c"],
      ] as const) {
        const it = await copied(region, id);
        assert.deepEqual([it.status, it.disk_format, it.hw_cpu_cores], ["queued", "iso", "1"]);
      }
      assert.deepEqual(await near.leftovers(), []);
    });
  });
});
