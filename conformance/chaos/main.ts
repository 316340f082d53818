// Kills everything that can be killed, on real parts: the program at every border of every step of every saga, and at moments
// drawn by chance QEMU, the network's daemons, the volumes' daemons and PostgreSQL; and takes the disk, the answers and the
// power away. `--short` is a sample; `--seed N` draws it; `--only steps|way-back|daemons|host|image` is one part,
// `--pairs 4-8` some of the steps' pairs of deeds.
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { run } from "../client.ts";
import { chances } from "./chance.ts";
import { type Cloud, openCloud } from "./cloud.ts";
import { killDaemons } from "./daemons.ts";
import { makePairs } from "./deeds.ts";
import { fill } from "./full-disk.ts";
import { clearAll, layGround } from "./ground.ts";
import { loseHost } from "./host.ts";
import { killImages } from "./images.ts";
import { bringImage, dropPlace, makePlace } from "./place.ts";
import { newReport, type Report } from "./report.ts";
import { killAtSteps } from "./steps.ts";
import { killOnWayBack } from "./way-back.ts";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    pairs: { type: "string", default: "" },
    keep: { type: "boolean", default: false },
  },
});
const { short, seed, only, pairs, keep } = values;
const [from = 1, to = makePairs.length] = pairs.split("-").filter(Boolean).map(Number);
const chance = chances(Number(seed));
const report = newReport();
const inside = "CHAOS_INSIDE";

async function live(cloud: Cloud) {
  await cloud.start();
  const ground = await layGround(cloud);
  const makes = makePairs.slice(from - 1, to);
  const part = async (name: string, work: () => Promise<void>) => {
    if (only !== undefined && only !== name) return;
    await work().catch((why: Error) => report.fail(name, why.stack ?? why.message));
  };
  await part("daemons", () => killDaemons(cloud, ground, report, { chance, rounds: short ? 1 : 3 }));
  await part("steps", () => killAtSteps(cloud, ground, report, { chance, sample: short ? 9 : undefined, makes }));
  await part("way-back", () => killOnWayBack(cloud, ground, report, { chance, sample: short ? 2 : undefined, makes }));
  if (!short) await part("host", () => loseHost(cloud, ground, report));
  await end(cloud, report).catch((why: Error) => report.fail("end", why.message));
  for (const offence of cloud.offences) report.fail("answers", `a client got ${offence}`);
  report.note(`the program was started ${cloud.starts()} times`);
}

async function end(cloud: Cloud, { pass }: Report) {
  await clearAll(cloud);
  pass("end", "everything is deleted, and nothing is left over");
}

async function killAll(): Promise<number> {
  await run("ip", ["link", "set", "lo", "up"]);
  const place = await makePlace();
  const cloud = openCloud(place);
  try {
    await live(cloud);
  } catch (why) {
    report.fail("start", (why as Error).stack ?? String(why));
  } finally {
    // The last thing: a reset on a full disk.
    if (!short && !keep) await fill(place.state);
    if (keep) console.log(`kept: ${place.state}`);
    else for (const left of await dropPlace(place)) report.fail("end", `left on the host: ${left}`);
  }
  const { passed, failed } = report.counts();
  report.write(
    [short ? "a sample" : "all", only, pairs && `pairs ${pairs}`, `seed ${seed}`].filter(Boolean).join(", "),
  );
  console.log(`\n${report.table()}\n\n${passed} passed, ${failed} failed`);
  return failed;
}

/** The same in a network namespace of its own, where no other cloud on this host is met: a userspace switch bears no second one. */
async function apart(): Promise<number> {
  await bringImage();
  const words = ["--net", "--", process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn("unshare", words, { stdio: "inherit", env: { ...process.env, [inside]: "yes" } });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((then) => child.once("exit", (code) => then(code ?? 1)));
}

if (only === "image") process.exit((await killImages({ chance, short })) === 0 ? 0 : 1);
const failures = process.env[inside] ? await killAll() : await apart();
process.exit(failures === 0 ? 0 : 1);
