// What tools that speak OCI, unmodified, can do with the registry, and that a disk that one pushes boots, on a cloud of this run's
// own. node conformance/registry/story.ts: needs skopeo and python3-openstackclient; podman and buildah are tried where they are.
// `--real`: on QEMU and OVN (as root), where the pushed disk's guest says on its console that it has come up.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bootSteps } from "./boot.ts";
import { buildahSteps } from "./buildah.ts";
import { type Place, realPlace, simulatedPlace } from "./place.ts";
import { podmanSteps } from "./podman.ts";
import { isInstalled, type Scene, type Steps, sceneOf } from "./scene.ts";
import { skopeoSteps } from "./skopeo.ts";

/** Each with the program that it needs. */
const chapters: readonly (readonly [needs: string, steps: (scene: Scene) => Steps])[] = [
  ["skopeo", skopeoSteps],
  ["podman", podmanSteps],
  ["buildah", buildahSteps],
  ["skopeo", bootSteps],
];

const began = Date.now();
const line = (word: string, from: number, text: string) =>
  console.log(`${word.padEnd(8)}${((Date.now() - from) / 1000).toFixed(1).padStart(5)} s  ${text}`);

async function story(scene: Scene) {
  for (const [program, steps] of chapters)
    if (await isInstalled(program)) await live(program, steps(scene));
    else line("left out", Date.now(), `${program} is not installed here`);
}

async function live(program: string, steps: Steps) {
  for (const [name, step] of Object.entries(steps)) {
    const from = Date.now();
    const said = await step();
    line("works", from, `${program}: ${name}${said ? `\n${" ".repeat(17)}${said}` : ""}`);
  }
}

async function begin(isReal: boolean): Promise<Place> {
  for (const program of ["skopeo", "openstack"])
    if (!(await isInstalled(program))) throw new Error("This needs skopeo and python3-openstackclient.");
  return isReal ? realPlace() : simulatedPlace();
}

const { values } = parseArgs({ options: { real: { type: "boolean", default: false } } });
const beginning = begin(values.real);
let ending: Promise<never> | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => beginning.then(() => end(new Error(`stopped by ${signal}`))));
const place = await beginning;
const dir = await mkdtemp(join(tmpdir(), "crunch-registry-"));
line("is up", began, `a cloud on ${place.isReal ? "real" : "simulated"} parts`);
await sceneOf(place, dir)
  .then(story)
  .then(() => end(), end);

/** Once, whatever else fails because of it. */
function end(why?: Error): Promise<never> {
  ending ??= leave(why);
  return ending;
}

async function leave(why?: Error): Promise<never> {
  if (why) console.error(why.stack);
  await rm(dir, { recursive: true, force: true });
  const left = await place.stop();
  for (const it of left) console.error(`left behind: ${it}`);
  line("ended", began, left.length === 0 ? "nothing is left over" : "not all is gone");
  process.exit(why || left.length > 0 ? 1 : 0);
}
