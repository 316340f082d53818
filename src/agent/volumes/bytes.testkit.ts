import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Connection } from "#services/block-storage/driver.ts";

const run = promisify(execFile);

/** As QEMU's own NBD client does it. */
export async function io(connection: Connection, command: string): Promise<string> {
  if (connection.kind !== "nbd") throw new Error("There are no bytes.");
  const target = `driver=nbd,server.type=unix,server.path=${connection.socket},export=${connection.export}`;
  return (await run("qemu-io", ["--image-opts", target, "-c", command, "-c", "flush"])).stdout;
}

/** At the beginning of the volume. */
export async function write(connection: Connection, text: string) {
  const pattern = join(tmpdir(), `pattern-${randomUUID()}`);
  await writeFile(pattern, text.padEnd(512, "\0"));
  await io(connection, `write -s ${pattern} 0 512`).finally(() => rm(pattern));
}

export async function read(connection: Connection, length: number): Promise<string> {
  const dump = await io(connection, "read -v 0 512");
  const lines = [...dump.matchAll(/^[0-9a-f]{8}:((?: +[0-9a-f]{2})+)/gm)].map((line) => line[1]?.replaceAll(" ", ""));
  return Buffer.from(lines.join(""), "hex").toString("latin1", 0, length);
}
