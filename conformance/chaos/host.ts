import { fillDisk } from "./full-disk.ts";
import { hangCalls } from "./hung.ts";
import type { Lane } from "./lane.ts";
import { losePower } from "./power.ts";

/** What the program stands on, and is taken from it: answers, the power, room on the disk. */
export const troubles = [hangCalls, losePower, fillDisk];

export async function loseHost({ stage: { cloud, ground }, report, job }: Lane) {
  await troubles[job.nth - 1]!(cloud, ground, report);
}
