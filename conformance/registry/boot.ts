import assert from "node:assert/strict";
import { join } from "node:path";
import { until } from "../until.ts";
import type { Scene, Steps } from "./scene.ts";

/** The mini guest's first line says how long its kernel runs; its last, whose it is. Simulated servers say their name. */
const firstLine = { real: /^mini: [\d.]+s .*$/m, simulated: /first/ };
const seconds = 300;

/** A disk comes and goes by skopeo, and is started by nothing but the `openstack` command. */
export function bootSteps({ place, dir, host, password, os }: Scene): Steps {
  const creds = (side: string) => [`--${side}-tls-verify=false`, `--${side}-creds=demo:${password}`];
  const [mini, pushed] = [`docker://${host}/demo/images/mini`, `docker://${host}/demo/images/pushed:1`];
  const here = `oci:${join(dir, "disk")}:1`;
  const show = async (...what: string[]) => JSON.parse(await os(...what, "-f", "json"));
  const console = async () => (await os("console", "log", "show", "first")).replaceAll("\r", "");
  const saysInTime = (what: RegExp) => until(`the console says ${what}`, seconds, console, (it) => what.test(it));

  return {
    "a disk that is pulled and pushed under another name is an image of its own": async () => {
      await place.run("skopeo", ["copy", ...creds("src"), mini, here]);
      await place.run("skopeo", ["copy", ...creds("dest"), here, pushed]);
      const [one, other] = [await show("image", "show", "pushed"), await show("image", "show", "mini")];
      assert.equal(one.status, "active");
      assert.notEqual(one.id, other.id);
      assert.match(one.properties.os_hash_value, /^[0-9a-f]{128}$/);
      assert.equal(one.properties.os_hash_value, other.properties.os_hash_value);
    },
    "a server is created from it": async () => {
      await os(
        "server",
        "create",
        "--image",
        "pushed",
        "--flavor",
        "m1.tiny",
        "--network",
        "private",
        "--wait",
        "first",
      );
      const [{ status, image }, { id }] = [
        await show("server", "show", "first"),
        await show("image", "show", "pushed"),
      ];
      assert.equal(status, "ACTIVE");
      assert.ok(JSON.stringify(image).includes(id), `its image is the pushed one: ${JSON.stringify(image)}`);
    },
    "its guest's first line is on the console": async () => {
      const text = await saysInTime(place.isReal ? firstLine.real : firstLine.simulated);
      return firstLine.real.exec(text)?.[0];
    },
    ...(place.isReal && {
      "the guest has come up whole, and knows who it is": async () => {
        const { id } = await show("server", "show", "first");
        const text = await saysInTime(/CLOUDINIT-DONE .*$/m);
        const said = /CLOUDINIT-DONE .*$/m.exec(text)![0];
        assert.ok(said.includes(`id=${id} `), said);
        return said;
      },
    }),
    "the server goes, and the image with it": async () => {
      await os("server", "delete", "--wait", "first");
      await os("image", "delete", "pushed");
      assert.deepEqual(await show("server", "list"), []);
    },
  };
}
