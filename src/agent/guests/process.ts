import { readdirSync, readFileSync, statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Unavailable } from "#platform/service/driver.ts";
import { guestUser } from "../guest-user.ts";
import type { Layout } from "./layout.ts";

/** The process of a guest, if it runs: known by its user and by the pid file that it was told to lock. */
export function findProcess(layout: Layout, id: string): number | undefined {
  const { uid } = guestUser(id);
  return pids().find((pid) => ownerOf(pid) === uid && guestOf(layout, pid) === id);
}

/** All processes of guests below this state folder. /proc is memory: reading it blocks nobody. */
export function listProcesses(layout: Layout): { readonly id: string; readonly pid: number }[] {
  return pids().flatMap((pid) => {
    const owner = ownerOf(pid);
    const id = owner ? guestOf(layout, pid) : undefined;
    return id !== undefined && guestUser(id).uid === owner ? [{ id, pid }] : [];
  });
}

/** Pulls the plug, and returns when the process is no more. */
export async function killGuest(layout: Layout, id: string): Promise<void> {
  for (let turn = 0; turn < 500; turn++) {
    const pid = findProcess(layout, id);
    if (pid === undefined) return;
    if (turn === 0) kill(pid);
    await pause(20);
  }
  throw new Unavailable(`The process of guest ${id} does not end.`);
}

/** Waits for a process that is about to end; false when it does not. */
export async function hasEnded(layout: Layout, id: string): Promise<boolean> {
  for (let turn = 0; turn < 100; turn++) {
    if (findProcess(layout, id) === undefined) return true;
    await pause(20);
  }
  return false;
}

function pids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function ownerOf(pid: number): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

/** A process that has ended but was not waited for has no command line any more. */
function guestOf(layout: Layout, pid: number): string | undefined {
  const args = commandLine(pid);
  const pidFile = args[args.indexOf("-pidfile") + 1];
  const inside = pidFile?.startsWith(`${layout.guests}/`) ? pidFile.slice(layout.guests.length + 1) : undefined;
  return inside?.endsWith("/run/pid") ? inside.slice(0, -"/run/pid".length) : undefined;
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function kill(pid: number) {
  try {
    process.kill(pid, "SIGKILL");
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code !== "ESRCH") throw why;
  }
}
