import { Unavailable } from "#platform/service/driver.ts";
import type { GuestDisk, GuestNic } from "#services/compute/driver.ts";
import { disk, diskDevice, netdev, netdevOf, nic, nicDevice, nodeOf, volumeNode } from "./devices.ts";
import { connectQmp, type Qmp, QmpError } from "./qmp.ts";

/** Seconds after which a guest that has not let go is asked again, and times that it is asked. */
const askEvery = 5;
const askTimes = 4;

/** Asks a running guest's QEMU for one thing. */
export async function withQmp<T>(path: string, use: (qmp: Qmp) => Promise<T>): Promise<T> {
  const qmp = await connectQmp(path);
  try {
    return await use(qmp);
  } finally {
    qmp.close();
  }
}

export async function plugDisk(qmp: Qmp, it: GuestDisk, slot: number): Promise<void> {
  if (await hasDevice(qmp, diskDevice(it.volumeId))) return;
  await forget(qmp, "blockdev-del", { "node-name": nodeOf(it.volumeId) });
  await told(qmp, "blockdev-add", volumeNode(it));
  await told(qmp, "device_add", disk(it.volumeId, slot));
}

export async function unplugDisk(qmp: Qmp, volumeId: string, signal?: AbortSignal): Promise<void> {
  const backend = () => forget(qmp, "blockdev-del", { "node-name": nodeOf(volumeId) });
  await unplug(qmp, diskDevice(volumeId), backend, signal);
}

export async function plugNic(qmp: Qmp, it: GuestNic, slot: number): Promise<void> {
  if (await hasDevice(qmp, nicDevice(it.portId))) return;
  await forget(qmp, "netdev_del", { id: netdevOf(it.portId) });
  await told(qmp, "netdev_add", netdev(it));
  await told(qmp, "device_add", nic(it, slot));
}

export async function unplugNic(qmp: Qmp, portId: string, signal?: AbortSignal): Promise<void> {
  const backend = () => forget(qmp, "netdev_del", { id: netdevOf(portId) });
  await unplug(qmp, nicDevice(portId), backend, signal);
}

/** The device goes when the guest lets go of it, and what is behind it after that. */
async function unplug(qmp: Qmp, device: string, dropBackend: () => Promise<void>, signal?: AbortSignal) {
  const deletion = deletionOf(qmp, device);
  try {
    await askToLetGo(qmp, device, deletion, signal);
    // A device is listed no more a moment before it is deleted.
    await dropBackend().catch(async (why) => {
      if (!(why instanceof Unavailable && (await deletion.within(askEvery * 1000, signal)))) throw why;
      await dropBackend();
    });
  } finally {
    deletion.stop();
  }
}

/** The guest has the last word: it is asked, and QEMU tells when it has let go. */
async function askToLetGo(qmp: Qmp, device: string, deletion: Deletion, signal?: AbortSignal) {
  for (let turn = 0; turn < askTimes; turn++) {
    if (!(await hasDevice(qmp, device))) return;
    await qmp.execute("device_del", { id: device }).catch(unlessUnplugging);
    if (await deletion.within(askEvery * 1000, signal)) return;
  }
  throw new Unavailable(`The guest does not let go of ${device}.`);
}

/** A second request while the first one is pending is refused, and the first one stands. */
function unlessUnplugging(why: Error) {
  if (!(why instanceof QmpError) || !/in the process of unplug|not found/i.test(why.message)) throw why;
}

interface Deletion {
  /** Whether it came, or comes within so many milliseconds. */
  within(ms: number, signal?: AbortSignal): Promise<boolean>;
  stop(): void;
}

function deletionOf(qmp: Qmp, device: string): Deletion {
  const { promise, resolve } = Promise.withResolvers<true>();
  const stop = qmp.hear(({ event, data }) => event === "DEVICE_DELETED" && data?.device === device && resolve(true));
  const within = async (ms: number, signal?: AbortSignal) => {
    const limit = AbortSignal.any([AbortSignal.timeout(ms), ...(signal ? [signal] : [])]);
    const over = new Promise<false>((end) => limit.addEventListener("abort", () => end(false), { once: true }));
    const isGone = await Promise.race([promise, over, qmp.closed.then(() => true)]);
    signal?.throwIfAborted();
    return isGone;
  };
  return { within, stop };
}

async function hasDevice(qmp: Qmp, id: string): Promise<boolean> {
  const all = await qmp.execute<{ name: string }[]>("qom-list", { path: "/machine/peripheral" });
  return all.some(({ name }) => name === id);
}

/** What an earlier, broken call left: there is none most of the time. */
async function forget(qmp: Qmp, command: string, args: object) {
  await qmp.execute(command, args).catch((why) => {
    if (!/not found|Failed to find|Cannot find/i.test(why.message)) throw passing(why);
  });
}

async function told(qmp: Qmp, command: string, args: object) {
  await qmp.execute(command, args).catch((why) => {
    throw passing(why);
  });
}

/** QEMU says no in sentences only; what may pass by itself is tried again. */
function passing(why: Error): Error {
  return /in use|busy|Connection refused|Failed to connect|Failed to get .* lock/i.test(why.message)
    ? new Unavailable(why.message)
    : why;
}
