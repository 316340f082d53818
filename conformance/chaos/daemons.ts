import { readFile } from "node:fs/promises";
import { untilAgain as until } from "../until.ts";
import type { Cloud } from "./cloud.ts";
import { answers, boot, clearAll, type Ground, inGuest, serverIs } from "./ground.ts";
import { bootWithData, type GuestWithData } from "./guest.ts";
import type { Lane } from "./lane.ts";
import { type Line, lines } from "./place.ts";
import { beginWork } from "./workload.ts";

/** Two servers: one that is only used, and one that things are plugged into and out of; and the volume of the first. */
export interface Scene extends GuestWithData {
  readonly busy: string;
}
/** Something that is killed: how it is found among the processes of the state folder. */
interface Victim {
  readonly name: string;
  find(all: readonly Line[], scene: Scene): Promise<number | undefined>;
}

const byWords = (name: string, ...words: string[]): Victim => ({
  name,
  find: async (all) => all.find(({ command }) => words.every((word) => command.includes(word)))?.pid,
});

const postmaster = byWords("PostgreSQL", "/bin/postgres ", "/postgres/data");
const victims: readonly Victim[] = [
  byWords("the central ovsdb-server", "ovsdb-server ", "/ovn/central"),
  byWords("the host's ovsdb-server", "ovsdb-server ", "/ovn/host"),
  byWords("ovs-vswitchd", "ovs-vswitchd "),
  byWords("ovn-controller", "ovn-controller "),
  byWords("ovn-northd", "ovn-northd "),
  {
    name: "qemu-storage-daemon",
    find: async (all, { data }) =>
      all.find(({ command }) => command.includes("qemu-storage-daemon") && command.includes(data))?.pid,
  },
  postmaster,
  { name: "a backend of PostgreSQL", find: async (all, scene) => backendOf(await postmaster.find(all, scene)) },
  {
    name: "QEMU",
    find: async (all, { busy }) =>
      all.find(({ command }) => command.startsWith("qemu-system") && command.includes(`guest=${busy}`))?.pid,
  },
];

/** Kills what the cloud stands on, at moments drawn by chance, while it is worked with. */
export async function killDaemons({ stage: { cloud, ground }, report, job, chance }: Lane) {
  const scene = await setScene(cloud, ground);
  report.pass("daemons", "two servers run, one has a volume and an address and answers ssh");
  for (const victim of victims) {
    const what = `${victim.name} killed, round ${job.nth}`;
    await once(cloud, ground, scene, victim, chance).then(
      (seconds) => report.pass("daemons", `${what}: all as it was after ${seconds.toFixed(1)} s`),
      (why: Error) => report.fail("daemons", `${what}: ${why.message}`, job),
    );
  }
  await clearAll(cloud);
}

async function setScene(cloud: Cloud, ground: Ground): Promise<Scene> {
  const [busy, steady] = await Promise.all([boot(cloud, ground, "busy"), bootWithData(cloud, ground, "steady")]);
  return { ...steady, busy };
}

async function once(cloud: Cloud, ground: Ground, scene: Scene, victim: Victim, chance: () => number): Promise<number> {
  const { address, device } = scene;
  const wrote = await written(ground, address, device, chance);
  const work = beginWork(cloud, ground, scene.busy, chance);
  await work.ran(300 + chance() * 2500);
  const find = async () => victim.find(await lines(cloud.place.state), scene);
  const pid = await find();
  if (pid === undefined) throw new Error("it does not run");
  process.kill(pid, "SIGKILL");
  const killed = Date.now();
  if (victim.name === "QEMU") await revive(cloud, scene.busy, find);
  else await until("it runs again", 60, find, (it) => it !== undefined && it !== pid);
  await until(
    "the API answers",
    60,
    () => cloud.call("GET", "/volume/v3/volumes"),
    (it) => it.status === 200,
  );
  await work.ran(1500);
  const acknowledged = await work.end();
  await cloud.calm(180);
  await acknowledged.check();
  await answers(ground, address);
  const seconds = (Date.now() - killed) / 1000;
  await intact(ground, address, device, wrote);
  await acknowledged.drop();
  await cloud.clean();
  return seconds;
}

/** Its server is found to be off, and starts again. */
async function revive(cloud: Cloud, id: string, find: () => Promise<number | undefined>) {
  await serverIs(cloud, id, "SHUTOFF");
  const start = () => cloud.call("POST", `/compute/v2.1/servers/${id}/action`, { "os-start": null });
  await until("the server takes a start", 90, start, (it) => it.status === 202);
  await serverIs(cloud, id, "ACTIVE");
  await until("its guest runs again", 30, find, (it) => it !== undefined);
}

/** Begins to write to the volume in the guest, and goes on doing so while things are killed. */
async function written({ key, ...ground }: Ground, address: string, device: string, chance: () => number) {
  const at = Math.floor(chance() * 200);
  const word = `w${Math.floor(chance() * 1e9)}`;
  const make = `dd if=/dev/urandom of=/tmp/${word} bs=1M count=4; md5sum < /tmp/${word} > /tmp/${word}.sum`;
  const copy = `for n in 1 2 3 4 5 6; do dd if=/tmp/${word} of=${device} bs=1M seek=${at} conv=fsync,notrunc || exit 1; done`;
  const script = `(${make}; ${copy}; rm /tmp/${word}; echo $? > /tmp/${word}.end) > /dev/null 2>&1 &`;
  const { code, err } = await inGuest({ key, ...ground }, address, `sudo sh -c '${script}'`);
  if (code !== 0) throw new Error(`the guest cannot be told to write: ${err}`);
  return { word, at };
}

/** What was written is what is read, from the volume itself. */
async function intact(ground: Ground, address: string, device: string, { word, at }: { word: string; at: number }) {
  const ended = () => inGuest(ground, address, `cat /tmp/${word}.end`, 30);
  await until("the guest has written to its volume", 150, ended, (it) => it.code === 0 && it.out.trim() === "0");
  const read = `echo 3 > /proc/sys/vm/drop_caches; dd if=${device} bs=1M skip=${at} count=4 2>/dev/null | md5sum`;
  const { out } = await inGuest(ground, address, `sudo sh -c '${read}'`);
  const { out: sum } = await inGuest(ground, address, `sudo cat /tmp/${word}.sum`);
  if (out.trim() === "" || out !== sum) throw new Error(`the volume has ${out.trim()} where ${sum.trim()} was written`);
}

/** A process of PostgreSQL that serves a connection of the program. */
async function backendOf(parent: number | undefined): Promise<number | undefined> {
  if (parent === undefined) return undefined;
  const children = (await readFile(`/proc/${parent}/task/${parent}/children`, "utf8")).trim().split(" ").map(Number);
  for (const pid of children)
    if ((await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).startsWith("postgres: crunch")) return pid;
  return undefined;
}
