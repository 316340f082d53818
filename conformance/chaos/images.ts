import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../client.ts";
import { untilAgain as until } from "../until.ts";
import { type Border, borders } from "./borders.ts";
import { type Cloud, openCloud } from "./cloud.ts";
import type { Place } from "./place.ts";
import { newReport, type Report } from "./report.ts";

const mebi = 2 ** 20;
const disk = Buffer.alloc(4 * mebi, "the bytes of a disk; ");
const hash = createHash("sha512").update(disk).digest("hex");

/** What an import of converted bytes to several stores and the deletion of the image are made of. */
const verbs = ["import", "copy", "import-end", "drop-bytes"].map((verb) => `image.image.${verb}`);

/** Kills the program while images come, change and go: at every border of their sagas, and in the midst of uploads and downloads. */
export async function killImages({ chance, short }: { chance: () => number; short: boolean }): Promise<number> {
  const report = newReport();
  const dir = await mkdtemp(join(tmpdir(), "chaos-images-"));
  await run("chmod", ["711", dir]);
  const cloud = openCloud(placeIn(dir));
  try {
    const vdi = await makeDisk(dir);
    await cloud.start();
    await cloud.calm(60);
    await killUploads(cloud, report, chance, short ? 1 : 2);
    const mine = borders.filter(({ saga }) => verbs.includes(saga));
    const some = short ? mine.filter(() => chance() < 0.2) : mine;
    for (const border of some) await strike(cloud, report, vdi, border).catch(explain(report, border.at));
    await forgetAll(cloud, report);
  } catch (why) {
    report.fail("images", (why as Error).stack ?? String(why));
  } finally {
    await cloud.stop();
    await rm(dir, { recursive: true, force: true });
  }
  for (const offence of cloud.offences) report.fail("answers", `a client got ${offence}`);
  return report.end(`${short ? "a sample" : "all"}, image`);
}

/** No metal, but real files, a second store, and one form that all imported disks get. */
function placeIn(dir: string): Place {
  const port = Number(process.env.CRUNCH_PORT ?? 16_040);
  const state = join(dir, "s");
  const env = {
    CRUNCH_STATE: state,
    CRUNCH_PORT: String(port),
    CRUNCH_SIMULATED: "true",
    CRUNCH_IMAGE_CONVERT_TO: "raw",
    CRUNCH_IMAGE_STORES: JSON.stringify([{ id: "second", type: "file", dir: join(dir, "second") }]),
    CRUNCH_KILL_AT: join(dir, "kill-at"),
  };
  return { state, disk: "", port, env };
}

async function makeDisk(dir: string): Promise<Buffer> {
  const [raw, vdi] = [join(dir, "disk.raw"), join(dir, "disk.vdi")];
  await writeFile(raw, disk);
  await run("qemu-img", ["convert", "-f", "raw", "-O", "vdi", raw, vdi]);
  return readFile(vdi);
}

function explain(report: Report, at: string) {
  return (why: Error) => report.fail("images", `${at}: ${why.message}`);
}

/** One image there and back, with a kill on its way. */
async function strike(cloud: Cloud, report: Report, vdi: Buffer, border: Border) {
  const began = Date.now();
  const at = await make(cloud, "vdi");
  await cloud.must("PUT", `${at}/stage`, vdi);
  const method = { name: "glance-direct" };
  const onTheWay = !border.saga.includes("drop");
  if (onTheWay) await cloud.arm(border.at);
  const { status, text } = await cloud.call("POST", `${at}/import`, { method, all_stores: true });
  if (status >= 400) throw new Error(`the import is refused with ${status}: ${text}`);
  if (!onTheWay) {
    await active(cloud, at);
    await cloud.calm(60);
    await cloud.arm(border.at);
    await cloud.must("DELETE", at);
  }
  await reborn(cloud, border.at);
  if (onTheWay) await active(cloud, at);
  if (onTheWay) await cloud.must("DELETE", at);
  await cloud.calm(60);
  await cloud.clean(60);
  report.struck(border, "done", Date.now() - began, "images");
}

async function reborn(cloud: Cloud, at: string) {
  if (!(await cloud.dies(60))) {
    await cloud.disarm();
    throw new Error(`${at} was not met`);
  }
  await cloud.start();
}

async function make(cloud: Cloud, format: string): Promise<string> {
  const body = { name: "it", disk_format: format, container_format: "bare" };
  return `/image/v2/images/${(await cloud.must("POST", "/image/v2/images", body)).id}`;
}

async function active(cloud: Cloud, at: string) {
  const it = await until(
    "the image is active",
    90,
    () => cloud.must("GET", at),
    ({ status }) => status === "active",
  );
  if (it.disk_format !== "raw" || it.os_hash_value !== hash || it.stores !== "file,second")
    throw new Error(`it is ${it.disk_format} in ${it.stores} with the hash ${it.os_hash_value}`);
  const { text } = await cloud.call("GET", `${at}/file`);
  if (text !== disk.toString()) throw new Error("its bytes are others");
}

/** Many at once, killed at a moment drawn by chance: each is whole afterwards, or queued again with no bytes. */
async function killUploads(cloud: Cloud, report: Report, chance: () => number, rounds: number) {
  for (let round = 0; round < rounds; round += 1) {
    const bytes = Buffer.alloc(192 * mebi, `round ${round} `);
    const all = await Promise.all(Array.from({ length: 6 }, () => make(cloud, "raw")));
    const sent = all.map((at, n) => cloud.call("PUT", `${at}/${n % 3 === 2 ? "stage" : "file"}`, bytes));
    const delay = 100 + Math.floor(chance() * 2500);
    await new Promise((then) => setTimeout(then, delay));
    if (chance() < 0.5) void cloud.call("DELETE", all[0]!);
    await cloud.kill();
    await Promise.all(sent);
    await cloud.start();
    const states = async () => (await cloud.must("GET", "/image/v2/images")).images.map((it: State) => it.status);
    const settled = ["active", "queued", "uploading"];
    await until("no upload is under way", 180, states, (it: string[]) => it.every((one) => settled.includes(one)));
    await prove(cloud, all, bytes);
    await cloud.clean(90);
    report.pass("images", `killed ${delay} ms after the start of six uploads: ${(await states()).sort().join(", ")}`);
    for (const at of all) await cloud.call("DELETE", at);
    await cloud.calm(60);
    await cloud.clean(60);
  }
}

interface State {
  readonly status: string;
}

async function prove(cloud: Cloud, all: readonly string[], bytes: Buffer) {
  for (const at of all) {
    const { status, body } = await cloud.call("GET", at);
    if (status === 404) continue;
    if (body.status === "queued" && (body.size !== null || body.checksum !== null))
      throw new Error("a queued image has a size");
    if (body.status === "active" && (await cloud.call("GET", `${at}/file`)).text !== bytes.toString())
      throw new Error("an active image has other bytes");
  }
}

async function forgetAll(cloud: Cloud, { pass }: Report) {
  for (const { id } of (await cloud.must("GET", "/image/v2/images")).images)
    await cloud.call("DELETE", `/image/v2/images/${id}`, undefined, "admin");
  await cloud.calm(60);
  await cloud.clean(60);
  pass("images", "everything is deleted, and nothing is left over");
}
