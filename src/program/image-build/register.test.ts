import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { testCloud } from "#test/cloud.ts";
import { type KnownRecipe, readRecipe } from "./recipe.ts";
import { findRegistered, register } from "./register.ts";

test("an image is registered once, however often that is asked for", async (t) => {
  const { recipe, go, login, images } = await bench(t);
  const web = await recipe("{name: web, base: debian, size: 1500M, properties: {os_distro: debian}}");
  assert.equal(await findRegistered(login, web), undefined);
  const { id, hidden } = await go(web);
  assert.deepEqual([await findRegistered(login, web), hidden], [id, []]);
  assert.deepEqual((await go(web)).id, id);
  const [image, ...more] = await images("web");
  assert.deepEqual(more, []);
  const { name, status, min_disk, os_distro, visibility, size } = image!;
  assert.deepEqual(
    { name, status, min_disk, os_distro, visibility, size },
    { name: "web", status: "active", min_disk: 2, os_distro: "debian", visibility: "private", size: bytes.length },
  );
});

test("who asks for an image by its name gets the newest: those before are hidden", async (t) => {
  const { recipe, go, images } = await bench(t);
  const first = await go(await recipe("{name: web, base: mini}"));
  const changed = await recipe("{name: web, base: mini, first_boot: [date]}");
  const second = await go(changed);
  assert.deepEqual(second.hidden, [first.id]);
  const third = await go(changed, { again: true });
  assert.deepEqual(third.hidden, [second.id]);
  assert.deepEqual(
    (await images("web")).map(({ id }) => id),
    [third.id],
  );
});

test("an upload that breaks is repeated, and ends as one image", async (t) => {
  const { recipe, go, images, breakUploads } = await bench(t);
  const web = await recipe("{name: web, base: mini}");
  breakUploads(2);
  const said: string[] = [];
  const { id } = await go(web, { say: (text) => said.push(text) });
  assert.equal(said.length, 2);
  for (const line of said) assert.match(line, /did not answer: .*; again in 0 s$/);
  assert.deepEqual(
    (await images("web")).map((it) => [it.id, it.status]),
    [[id, "active"]],
  );
});

test("an upload that never goes through leaves no image, and says what to do", async (t) => {
  const { recipe, go, images, breakUploads } = await bench(t);
  const web = await recipe("{name: web, base: mini}");
  breakUploads(Number.POSITIVE_INFINITY);
  await assert.rejects(
    go(web),
    /did not answer: .*\. See that the cloud is up \(crunch status\): the image is built, and/,
  );
  assert.deepEqual(await images("web"), []);
  breakUploads(0);
  await go(web);
  assert.equal((await images("web")).length, 1);
});

test("what a killed run has left in the image service is gone on with", async (t) => {
  const { cloud, recipe, go, images } = await bench(t);
  const web = await recipe("{name: web, base: mini}");
  const half = { name: "web", disk_format: "qcow2", container_format: "bare", crunch_recipe: web.digest };
  const made = await cloud.call("POST", "/image/v2/images", { as: await demoToken(cloud), body: half });
  assert.equal(made.status, 201, made.text);
  assert.equal((await go(web)).id, made.body.id);
  assert.equal((await images("web")).length, 1);
});

test("what the image service refuses is not asked for again; the reason and what to do are told", async (t) => {
  const { recipe, go, images, login } = await bench(t);
  const said: string[] = [];
  const say = (text: string) => said.push(text);
  const open = await recipe("{name: web, base: mini, visibility: public}");
  await assert.rejects(go(open, { say }), /POST \/v2\/images was answered 403: .* Ask for what this user may have/s);
  const owned = await recipe("{name: web, base: mini, properties: {owner: somebody}}");
  await assert.rejects(go(owned, { say }), /was answered 40[03]/);
  await assert.rejects(findRegistered({ ...login, password: "wrong" }, open), /login of demo at \S+ was answered 401/);
  assert.deepEqual([said, await images("web")], [[], []]);
});

test("where no cloud is, that is said", async (t) => {
  const { recipe, login, end } = await bench(t);
  const web = await recipe("{name: web, base: mini}");
  end();
  const origin = login.authUrl.replace("/identity/v3", "");
  const wanted = `there is no cloud at ${origin}: start it (crunch up), or build with --no-register`;
  await assert.rejects(findRegistered(login, web), { message: wanted });
});

const bytes = Buffer.alloc(3 * 2 ** 20, "an image");

/** A cloud that listens, behind something that can break uploads in the middle. */
async function bench(t: TestContext) {
  const [cloud, folder, way] = [await testCloud(), await mkdtemp(join(tmpdir(), "register-")), await breakable()];
  t.after(async () => {
    way.close();
    await cloud.stop();
    await rm(folder, { recursive: true });
  });
  way.lead(Number(new URL(await cloud.spine.door.listen({ port: 0, host: "127.0.0.1" })).port));
  const beginning = { adminPassword: "a", demoPassword: "d", publicUrl: way.url, region: "RegionOne" };
  await bootstrapIdentity(cloud.spine.write, cloud.drivers.identity as never, beginning);
  const login = {
    ...{ authUrl: `${way.url}/identity/v3`, user: "demo", userDomain: "Default", password: "d" },
    ...{ project: "demo", domain: "Default" },
  };
  const path = join(folder, "image.qcow2");
  await writeFile(path, bytes);
  const quiet = { moved: () => {}, say: (_: string) => {}, pauses: [0, 0, 0] };
  return {
    cloud,
    login,
    breakUploads: way.breakUploads,
    end: way.close,
    recipe: async (text: string) => {
      await writeFile(join(folder, "r.yaml"), `{format: raw, ${text.slice(1)}`);
      return readRecipe(join(folder, "r.yaml"));
    },
    go: (recipe: KnownRecipe, more: Partial<Parameters<typeof register>[3]> = {}) =>
      register(login, recipe, path, { ...quiet, ...more }),
    images: async (name: string) => {
      const found = await cloud.call("GET", `/image/v2/images?name=${name}`, { as: "admin" });
      return found.body.images as { id: string; name: string; status: string }[] & Record<string, unknown>[];
    },
  };
}

async function demoToken(cloud: Awaited<ReturnType<typeof testCloud>>): Promise<string> {
  const user = { name: "demo", domain: { name: "Default" }, password: "d" };
  const scope = { project: { name: "demo", domain: { name: "Default" } } };
  const body = { auth: { identity: { methods: ["password"], password: { user } }, scope } };
  const answer = await cloud.call("POST", "/identity/v3/auth/tokens", { as: null, body });
  return answer.headers["x-subject-token"]!;
}

/** A port that leads to another one, and lets so many uploads break in the middle. */
async function breakable() {
  let [port, left] = [0, 0];
  const open = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(port, "127.0.0.1");
    for (const it of [from, to]) open.add(it.on("error", () => {}));
    let passed = 0;
    from.on("data", (part) => {
      passed += part.length;
      if (passed < 2 ** 19 || left <= 0) return;
      left -= 1;
      from.destroy();
      to.destroy();
    });
    from.pipe(to).pipe(from);
  });
  await new Promise<void>((then) => server.listen(0, "127.0.0.1", then));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead: (to: number) => {
      port = to;
    },
    breakUploads: (times: number) => {
      left = times;
    },
    close: () => {
      server.close();
      for (const it of open) it.destroy();
    },
  };
}
