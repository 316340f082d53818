import assert from "node:assert/strict";
import { join } from "node:path";
import { aFolder, type Scene, type Steps } from "./scene.ts";

const insecure = "--tls-verify=false";

/** Images of containers: none of them is run here. */
export function podmanSteps({ place, dir, host, password, robot }: Scene): Steps {
  const room = (name: string) => join(dir, "podman", name);
  const folders = ["--root", room("root"), "--runroot", room("run"), "--tmpdir", room("tmp")];
  const quiet = ["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none"];
  const env = { REGISTRY_AUTH_FILE: room("auth.json") };
  const tries = (...words: string[]) => place.run("podman", [...folders, ...quiet, ...words], { env, mayFail: true });
  const podman = async (...words: string[]) => {
    const { code, out, err } = await tries(...words);
    assert.equal(code, 0, `podman ${words.join(" ")}: ${err}`);
    return out.trim();
  };
  const at = (name: string) => `${host}/demo/${name}`;
  const logIn = (name: string, word: string) => tries("login", insecure, "-u", name, "-p", word, host);
  /** An image with one layer, for a machine of a kind; says its id. */
  const make = async (name: string, arch = "amd64") => {
    const tar = join(dir, `${name}.tar`);
    await place.run("tar", ["-cf", tar, "-C", await aFolder(dir, name), "."]);
    return podman("import", "--quiet", "--arch", arch, tar, `${name}:1`);
  };
  const comesBack = async (name: string, id: string) => {
    await podman("rmi", "--all", "--force");
    assert.equal(await podman("pull", "--quiet", insecure, at(name)), id.replace("sha256:", ""));
  };
  const finds = async (name: string) => {
    const found = await podman("search", insecure, "--format", "{{.Name}}", `${host}/${name.split("/").at(-1)}`);
    assert.ok(found.split("\n").includes(at(name)), found);
  };

  return {
    "the password lets it log in, a wrong one does not": async () => {
      assert.match((await logIn("demo", "wrong")).err, /invalid username\/password/);
      const { code, out } = await logIn("demo", password);
      assert.deepEqual([code, out.trim()], [0, "Login Succeeded!"]);
    },
    "an image is pushed, and the same when it is pulled, by its tag and by its digest": async () => {
      const id = await make("box");
      await podman("push", insecure, "--digestfile", room("digest"), "box:1", at("web/box:1"));
      await comesBack("web/box:1", id);
      const { out: digest } = await place.run("cat", [room("digest")]);
      await comesBack(`web/box@${digest}`, id);
    },
    "manifests of Docker's kind and layers packed by zstd go there and back as well": async () => {
      const id = await make("crate");
      await podman("push", insecure, "--format", "v2s2", "crate:1", at("web/crate:docker"));
      await comesBack("web/crate:docker", id);
      const other = await make("chest");
      await podman("push", insecure, "--compression-format", "zstd", "chest:1", at("web/chest:zstd"));
      await comesBack("web/chest:zstd", other);
    },
    "of an index with two images the one for this kind of machine is pulled": async () => {
      const [own] = [await make("mine"), await make("foreign", "s390x")];
      await podman("manifest", "create", "both");
      for (const name of ["mine", "foreign"])
        await podman("manifest", "add", "both", `containers-storage:localhost/${name}:1`);
      await podman("manifest", "push", insecure, "--all", "both", `docker://${at("web/both:1")}`);
      await comesBack("web/both:1", own);
    },
    "tags and repositories are found": async () => {
      assert.match(await podman("search", insecure, "--list-tags", at("web/box")), /web\/box +1$/);
      await finds("web/box");
    },
    "a disk is no container, and it says so": async () => {
      assert.match((await tries("pull", insecure, at("images/mini"))).err, /artifact|unsupported/);
    },
    "an application credential's program pulls, pushes and finds; who has logged out does not": async () => {
      await podman("logout", host);
      assert.match((await tries("pull", insecure, at("web/box:1"))).err, /unauthorized|authentication required/);
      assert.equal((await logIn(robot.id, robot.secret)).code, 0);
      await podman("pull", "--quiet", insecure, at("web/box:1"));
      await podman("push", "--quiet", insecure, at("web/box:1"), at("robots/box:1"));
      await finds("robots/box");
    },
  };
}
