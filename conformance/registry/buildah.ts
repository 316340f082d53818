import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { aFolder, type Scene, type Steps } from "./scene.ts";

const insecure = "--tls-verify=false";

/** Images are built on what is here, and their layers are kept here for the next who builds them. */
export function buildahSteps({ place, dir, host, password }: Scene): Steps {
  const env = { REGISTRY_AUTH_FILE: join(dir, "buildah-auth.json") };
  const buildah = async (where: string, ...words: string[]) => {
    const folders = ["--root", join(dir, where), "--runroot", join(dir, `${where}-run`), "--storage-driver", "vfs"];
    return (await place.run("buildah", [...folders, ...words], { env })).out.trim();
  };
  const at = (name: string) => `${host}/demo/${name}`;
  const build = async (where: string, folder: string) => {
    const cache = ["--layers", "--cache-to", at("built/cache"), "--cache-from", at("built/cache")];
    return buildah(where, "build", "--isolation", "chroot", insecure, ...cache, "-t", at("built/app:1"), folder);
  };

  return {
    "an image is made and pushed at once": async () => {
      await buildah("here", "login", insecure, "-u", "demo", "-p", password, host);
      const container = await buildah("here", "from", "scratch");
      await buildah("here", "copy", container, await aFolder(dir, "ground"), "/");
      await buildah("here", "commit", "--quiet", insecure, "--rm", container, `docker://${at("built/base:1")}`);
    },
    "another is built on it and pushed; elsewhere nothing is built again": async () => {
      const folder = await aFolder(dir, "storey");
      await writeFile(join(folder, "Containerfile"), `FROM ${at("built/base:1")}\nCOPY of-storey /\n`);
      assert.doesNotMatch(await build("here", folder), /Using cache|Cache pulled/);
      await buildah("here", "push", insecure, at("built/app:1"));
      assert.match(await build("there", folder), /Using cache|Cache pulled/);
    },
  };
}
