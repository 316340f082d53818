import { open, readdir, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Guest } from "#services/compute/driver.ts";
import type { GuestFiles, Layout } from "./layout.ts";
import type { Slots } from "./slots.ts";

/** What is known of a guest beside its process: written down before anything is done for its sake. */
export interface GuestRecord {
  readonly guest: Guest;
  /** "launching": it was to be turned on, and nobody has seen that it was. */
  readonly power: "launching" | "on" | "off";
  readonly slots: Slots;
}

export async function findRecord(files: GuestFiles): Promise<GuestRecord | undefined> {
  const text = await readFile(files.record, "utf8").catch(ifMissing);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Whole or not at all, also when the power goes. */
export async function writeRecord(files: GuestFiles, record: GuestRecord): Promise<void> {
  const next = `${files.record}.new`;
  await writeThrough(next, JSON.stringify(record));
  await rename(next, files.record);
  await sync(dirname(files.record));
}

/** Every folder of a guest, whether it has a record or not yet, or not any more. */
export async function listGuestIds(layout: Layout): Promise<string[]> {
  return (await readdir(layout.guests).catch(ifMissing)) ?? [];
}

export async function listRecords(layout: Layout): Promise<GuestRecord[]> {
  const found = await Promise.all((await listGuestIds(layout)).map((id) => findRecord(layout.of(id))));
  return found.filter((it) => it !== undefined);
}

export function ifMissing(why: NodeJS.ErrnoException): undefined {
  if (why.code !== "ENOENT") throw why;
}

async function writeThrough(path: string, text: string) {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Returns when a file's content, or a folder's names, would survive a loss of power. */
export async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
