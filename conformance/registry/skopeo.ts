import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Scene, Steps } from "./scene.ts";

export function skopeoSteps({ place, dir, host, password, os, robot }: Scene): Steps {
  const at = (name: string) => `docker://${host}/demo/${name}`;
  const local = (name: string) => `oci:${join(dir, name)}`;

  /** As demo, over HTTP: each place that a command names is remote or a folder here. */
  async function skopeo(verb: string, ...places: string[]): Promise<string> {
    const sides = verb === "copy" ? ["src-", "dest-"] : [""];
    const who = sides.flatMap((side, n) =>
      places[n]?.startsWith("docker:") ? [`--${side}tls-verify=false`, `--${side}creds=demo:${password}`] : [],
    );
    return (await place.run("skopeo", [verb, ...who, ...places])).out;
  }
  const raw = (place: string) => skopeo("inspect", place, "--raw");
  const tags = async (name: string) => JSON.parse(await skopeo("list-tags", at(name))).Tags as string[];
  const kept = async () => (await readdir(place.bytes, { recursive: true })).length;

  return {
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
      assert.equal(await raw(at("web/app:1.0")), await raw(local("mini-oci:1")));
    },
    "another repository has the same with no byte more, and a tag goes": async () => {
      const before = await kept();
      await skopeo("copy", at("web/app:1.0"), at("web/other:2.0"));
      assert.equal(await kept(), before);
      await skopeo("delete", at("web/other:2.0"));
      await assert.rejects(skopeo("inspect", at("web/other:2.0")), /manifest unknown/);
    },
    "what a repository has is brought into another by sync, whole": async () => {
      const folder = join(dir, "synced");
      const from = ["--src-tls-verify=false", `--src-creds=demo:${password}`, "--src", "docker", "--dest", "dir"];
      await place.run("skopeo", ["sync", ...from, `${host}/demo/web/app`, folder]);
      const into = ["--dest-tls-verify=false", `--dest-creds=demo:${password}`, "--src", "dir", "--dest", "docker"];
      await place.run("skopeo", ["sync", ...into, folder, `${host}/demo/copies`]);
      assert.deepEqual(await tags("copies/app"), await tags("web/app"));
    },
    "an application credential's program is let in, a wrong word is not": async () => {
      const list = (creds: string) =>
        place.run("skopeo", ["list-tags", "--tls-verify=false", `--creds=${creds}`, at("web/app")], { mayFail: true });
      assert.equal((await list(`${robot.id}:${robot.secret}`)).code, 0);
      assert.match((await list("demo:wrong")).err, /unauthorized/);
    },
  };
}
