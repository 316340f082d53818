import { rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../client.ts";
import { untilAgain as until } from "../until.ts";
import type { Cloud } from "./cloud.ts";
import {
  answers,
  clearAll,
  draft,
  type Ground,
  inGuest,
  makeVolume,
  server,
  serverIs,
  upload,
  volume,
} from "./ground.ts";
import { bootGuest } from "./guest.ts";
import type { Report } from "./report.ts";

/** Everything that writes is asked to while there is no room; when there is again, all works and nothing is broken. */
export async function fillDisk(cloud: Cloud, ground: Ground, { pass }: Report) {
  const { address } = await bootGuest(cloud, ground, "writer");
  const filler = join(cloud.place.state, "filler");
  await fill(cloud.place.state, filler);
  await tryAll(cloud, ground, address, pass).finally(() => rm(filler));
  await until(
    "changes are taken again",
    90,
    () => change(cloud, ground.network, "private"),
    (it) => it.status === 200,
  );
  await cloud.calm(150);
  await answers(ground, address);
  pass("host", "with room again: the guest that was writing goes on");
  await makeVolume(cloud, "after");
  const { id } = (await cloud.must("POST", "/compute/v2.1/servers", draft(ground, "after"))).server;
  await serverIs(cloud, id, "ACTIVE");
  await cloud.must("DELETE", `/image/v2/images/${await upload(cloud, "after")}`, undefined, "admin");
  await clearAll(cloud);
  pass("host", "with room again: volumes, servers and images come and go, and nothing is left over");
}

async function tryAll(cloud: Cloud, ground: Ground, address: string, pass: Report["pass"]) {
  await inGuest(
    ground,
    address,
    "sudo sh -c '(dd if=/dev/urandom of=/big bs=1M count=48; sync) > /dev/null 2>&1 &'",
    20,
  );
  pass("host", `a full disk: a volume ${await tryVolume(cloud)}`);
  pass("host", `a full disk: an image ${await tryImage(cloud)}`);
  pass("host", `a full disk: a server ${await tryServer(cloud, ground)}`);
  pass("host", `a full disk: changes are ${await tryChanges(cloud)}`);
}

export async function fill(state: string, filler = join(state, "filler")) {
  const { bavail, bsize } = await statfs(state);
  await run("fallocate", ["-l", String(bavail * bsize - 2 ** 20), filler], { mayFail: true });
  await run("sh", ["-c", `cat /dev/zero >> ${filler}; sync -f ${filler}`], { mayFail: true });
}

/** What is refused says why; what was accepted comes to an end that does. */
async function tryVolume(cloud: Cloud): Promise<string> {
  const { status, body, text } = await cloud.call("POST", "/volume/v3/volumes", { volume: { size: 1, name: "full" } });
  if (status !== 202) return refused(status, text);
  const it = await settles(
    () => volume(cloud, body.volume.id),
    ({ status: now }) => now !== "creating",
  );
  return it ? `is ${it.status}` : "waits for room";
}

async function tryImage(cloud: Cloud): Promise<string> {
  const words = await upload(cloud, "full").then(
    () => "is kept",
    (why: Error) => why.message,
  );
  return words === "is kept" ? words : refused(Number(/answered (\d+)/.exec(words)?.[1]), words);
}

async function tryServer(cloud: Cloud, ground: Ground): Promise<string> {
  const { status, body, text } = await cloud.call("POST", "/compute/v2.1/servers", draft(ground, "full"));
  if (status !== 202) return refused(status, text);
  const it = await settles(
    () => server(cloud, body.server.id),
    ({ status: now }) => now !== "BUILD",
  );
  if (!it) return "waits for room";
  if (it.status === "ERROR" && !it.fault?.message) throw new Error("the server does not say why it is in ERROR");
  return `is ${it.status}${it.fault ? `: ${it.fault.message}` : ""}`;
}

/** What it comes to, if it does so while the disk is full: it may as well wait until there is room. */
function settles<T>(ask: () => Promise<T>, good: (it: T) => boolean): Promise<T | undefined> {
  return until("it settles", 45, ask, good).catch(() => undefined);
}

/** Rows are written until the database has no room for them either. */
async function tryChanges(cloud: Cloud): Promise<string> {
  const [{ id }] = (await cloud.must("GET", "/network/v2.0/networks?name=private")).networks;
  for (let n = 1; n <= 1500; n += 1) {
    const { status, text } = await change(cloud, id, "private");
    if (status !== 200) return `refused after ${n}, ${refused(status, text)}`;
  }
  return "taken";
}

function change(cloud: Cloud, id: string, name: string) {
  return cloud.call("PUT", `/network/v2.0/networks/${id}`, { network: { name, description: "d".repeat(200) } });
}

function refused(status: number, text: string): string {
  if (![413, 503, 507].includes(status) && !(status >= 400 && status < 500))
    throw new Error(`refused with ${status}: ${text.slice(0, 300)}`);
  if (!/[a-z]{3}/.test(text)) throw new Error(`refused with ${status} and no sentence`);
  return `is refused with ${status}`;
}
