import { constants, type FileHandle, open } from "node:fs/promises";
import type { GuestFiles } from "./layout.ts";
import { ifMissing } from "./record.ts";

const longestTail = 2 ** 20;
const longestLog = 8 * 2 ** 20;

/** The last lines of what the guest wrote on its serial console. */
export async function readTail(files: GuestFiles, lines?: number): Promise<string> {
  const text = (await withLog(files, constants.O_RDONLY, tail)) ?? "";
  return lines === undefined ? text : lastLines(text, lines);
}

/** Keeps the end of a log that has grown too long. QEMU appends, wherever the end is. */
export async function shortenLog(files: GuestFiles): Promise<void> {
  await withLog(files, constants.O_RDWR | constants.O_APPEND, async (log) => {
    if ((await log.stat()).size <= longestLog) return;
    const kept = await tail(log);
    await log.truncate(0);
    await log.write(kept);
  });
}

/** The folder is the guest's own: what lies at the log's place may be something else. */
async function withLog<T>(
  files: GuestFiles,
  flags: number,
  use: (log: FileHandle) => Promise<T>,
): Promise<T | undefined> {
  const log = await open(files.log, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(ifMissing);
  if (!log) return undefined;
  try {
    const { nlink } = await log.stat();
    return (await log.stat()).isFile() && nlink === 1 ? await use(log) : undefined;
  } finally {
    await log.close();
  }
}

async function tail(log: FileHandle): Promise<string> {
  const { size } = await log.stat();
  const length = Math.min(size, longestTail);
  const { buffer, bytesRead } = await log.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString("utf8", 0, bytesRead);
}

function lastLines(text: string, lines: number): string {
  if (lines === 0) return "";
  const all = text.split("\n");
  const end = all.at(-1) === "" ? -1 : undefined;
  return all.slice(0, end).slice(-lines).join("\n");
}
