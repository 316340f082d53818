// What skopeo, unmodified, can do with the registry, and that what it pushes boots, on a cloud of this run's own.
// node conformance/registry/story.ts: needs skopeo and python3-openstackclient.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { client, run } from "../client.ts";
import { exportsOf, startCloud } from "../tempest/cloud.ts";

const cloud = await startCloud({});
const dir = await mkdtemp(join(tmpdir(), "crunch-registry-"));
const openrc = join(cloud.state, "openrc-demo");
const { os } = await client(openrc);
const { OS_AUTH_URL: url = "", OS_PASSWORD: password = "" } = exportsOf(await readFile(openrc, "utf8"));
const at = (name: string) => `docker://${new URL(url).host}/demo/${name}`;
const local = (name: string) => `oci:${join(dir, name)}`;

/** As demo, over HTTP: each place that a command names is remote or a folder here. */
async function skopeo(verb: string, ...places: string[]): Promise<string> {
  const sides = verb === "copy" ? ["src-", "dest-"] : [""];
  const who = sides.flatMap((side, n) =>
    places[n]?.startsWith("docker:") ? [`--${side}tls-verify=false`, `--${side}creds=demo:${password}`] : [],
  );
  return (await run("skopeo", [verb, ...who, ...places])).out;
}
const tags = async (name: string) => JSON.parse(await skopeo("list-tags", at(name))).Tags as string[];
const kept = async () => (await readdir(join(cloud.state, "world/registry"))).length;

const steps: Readonly<Record<string, () => Promise<unknown>>> = {
  "an image of the image service is pulled, byte for byte": async () => {
    await skopeo("copy", at("images/mini:latest"), `dir:${join(dir, "mini")}`);
    await os("image", "save", "mini", "--file", join(dir, "saved"));
    const { layers } = JSON.parse(await readFile(join(dir, "mini/manifest.json"), "utf8"));
    const pulled = await readFile(join(dir, "mini", layers[0].digest.replace("sha256:", "")));
    assert.ok(pulled.equals(await readFile(join(dir, "saved"))));
  },
  "what was pulled is pushed, listed, and the same when it comes back": async () => {
    await skopeo("copy", at("images/mini:latest"), local("mini-oci:1"));
    await skopeo("copy", local("mini-oci:1"), at("web/app:1.0"));
    assert.deepEqual(await tags("web/app"), ["1.0"]);
    const [here, there] = [
      await run("skopeo", ["inspect", "--raw", local("mini-oci:1")]),
      await run("skopeo", ["inspect", "--raw", "--tls-verify=false", `--creds=demo:${password}`, at("web/app:1.0")]),
    ];
    assert.equal(here.out, there.out);
  },
  "another repository has the same with no byte more, and a tag goes": async () => {
    const before = await kept();
    await skopeo("copy", at("web/app:1.0"), at("web/other:2.0"));
    assert.equal(await kept(), before);
    await skopeo("delete", at("web/other:2.0"));
    await assert.rejects(skopeo("inspect", at("web/other:2.0")), /manifest unknown/);
  },
  "a pushed disk is an image, and a server boots from it": async () => {
    await skopeo("copy", local("mini-oci:1"), at("images/pushed:1"));
    assert.equal(await os("image", "show", "pushed", "-f", "value", "-c", "status"), "active");
    const boot = ["server", "create", "--image", "pushed", "--flavor", "m1.tiny", "--network", "private", "--wait"];
    assert.equal(await os(...boot, "first", "-f", "value", "-c", "status"), "ACTIVE");
  },
  "an application credential's program is let in, a wrong word is not": async () => {
    const words = ["application", "credential", "create", "robot", "-f", "json"];
    const { id, secret } = JSON.parse(await os(...words));
    const list = (creds: string) =>
      run("skopeo", ["list-tags", "--tls-verify=false", `--creds=${creds}`, at("web/app")], { mayFail: true });
    assert.equal((await list(`${id}:${secret}`)).code, 0);
    assert.match((await list("demo:wrong")).err, /unauthorized/);
  },
};

try {
  for (const [name, step] of Object.entries(steps)) {
    await step();
    console.log(`works  ${name}`);
  }
} finally {
  await rm(dir, { recursive: true, force: true });
  await cloud.stop();
}
