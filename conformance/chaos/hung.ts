import { untilAgain as until } from "../until.ts";
import type { Cloud } from "./cloud.ts";
import { draft, type Ground, isGone, makeVolume, serverIs, volume, volumeIs } from "./ground.ts";
import { lines } from "./place.ts";
import type { Report } from "./report.ts";

const servers = "/compute/v2.1/servers";

/** Programs that are asked for something stand still: a step's deadline ends the wait, and what was to be deleted goes. */
export async function hangCalls(cloud: Cloud, ground: Ground, { pass }: Report) {
  const disk = await makeVolume(cloud, "hung");
  const one = await start(cloud, ground, "still");
  await attachWhileStill(cloud, one, disk);
  pass(
    "host",
    "QEMU stands still while a volume is plugged in: given up with a sentence, and done when it moves again",
  );
  await deleteWhileStill(cloud, one, disk, `guest=${one}`);
  pass("host", "QEMU stands still while a volume is plugged in: the server can be deleted, the volume is free");
  const two = await start(cloud, ground, "blocks");
  await plug(cloud, two, disk);
  await volumeIs(cloud, disk, "in-use");
  await deleteWhileStill(cloud, two, disk, `qemu-storage-daemon`);
  pass("host", "the volume's daemon stands still: the server can be deleted, the volume is free");
  await cloud.must("DELETE", `/volume/v3/volumes/${disk}`);
  await isGone(cloud, `/volume/v3/volumes/${disk}`);
  await cloud.clean();
}

async function start(cloud: Cloud, ground: Ground, name: string): Promise<string> {
  const { id } = (await cloud.must("POST", servers, draft(ground, name))).server;
  await serverIs(cloud, id, "ACTIVE");
  return id;
}

async function plug(cloud: Cloud, id: string, volumeId: string) {
  await cloud.must("POST", `${servers}/${id}/os-volume_attachments`, { volumeAttachment: { volumeId } });
}

async function attachWhileStill(cloud: Cloud, id: string, disk: string) {
  const pid = await find(cloud, `guest=${id}`);
  process.kill(pid, "SIGSTOP");
  await plug(cloud, id, disk);
  await until("it is given up", 300, cloud.motion, (it) => it.length === 0);
  const { status } = await volume(cloud, disk);
  const actions = (await cloud.must("GET", `${servers}/${id}/os-instance-actions`)).instanceActions;
  const last = actions.find((it: { action: string }) => it.action === "attach_volume");
  process.kill(pid, "SIGCONT");
  if (status !== "available") throw new Error(`the volume is ${status} after its attachment was given up`);
  if (!/error/i.test(JSON.stringify(last))) throw new Error(`the action says nothing: ${JSON.stringify(last)}`);
  await plug(cloud, id, disk);
  await volumeIs(cloud, disk, "in-use");
}

async function deleteWhileStill(cloud: Cloud, id: string, disk: string, word: string) {
  process.kill(await find(cloud, word), "SIGSTOP");
  await cloud.must("DELETE", `${servers}/${id}`);
  await isGone(cloud, `${servers}/${id}`, 120);
  await cloud.calm(180);
  await volumeIs(cloud, disk, "available", 30);
}

async function find(cloud: Cloud, word: string): Promise<number> {
  const it = (await lines(cloud.place.state)).find(({ command }) => command.includes(word));
  if (!it) throw new Error(`no process with ${word}`);
  return it.pid;
}
