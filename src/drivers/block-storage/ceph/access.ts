import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CephAccess } from "#agent/ceph/ceph.ts";
import { type DaemonDisk, volumeNode } from "#agent/volumes/daemon.ts";
import { give, makeFolder } from "#agent/volumes/files.ts";
import type { ServedFiles } from "#agent/volumes/layout.ts";
import { Unavailable } from "#platform/service/driver.ts";

export interface PoolAccess extends CephAccess {
  readonly keyring: string;
  readonly pool: string;
}

/**
 * An image as a daemon's disk. The daemon runs as the volume's user and reads the key as it starts; then the key is nowhere but in
 * the daemon. The guest's QEMU is another user's and reaches a socket only.
 */
export async function withDisk<T>(
  files: ServedFiles,
  { conf, user, keyring, pool }: PoolAccess,
  image: string,
  start: (disk: DaemonDisk) => Promise<T>,
): Promise<T> {
  const [own, key] = [join(files.dir, "ceph.conf"), join(files.dir, "key")];
  await makeFolder(files);
  try {
    await hand(files, own, (await read(conf)) + overrides(user));
    await hand(files, key, keyOf(await read(keyring), user, keyring));
    const access = { conf: own, user, "key-secret": "key" };
    return await start([
      ["--object", { "qom-type": "secret", id: "key", format: "base64", file: key }],
      ["--blockdev", { driver: "rbd", "node-name": volumeNode, pool, image, discard: "unmap", ...access }],
    ]);
  } finally {
    for (const path of [own, key]) await rm(path, { force: true });
  }
}

/** What the operator's file says for programs that may write everywhere. */
function overrides(user: string): string {
  return `\n[client.${user}]\nlog file = /dev/null\nadmin socket =\nkeyring = /dev/null\nclient mount timeout = 15\n`;
}

async function hand({ user }: ServedFiles, path: string, text: string) {
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o600, flag: "wx" });
  await give(path, user, 0o400);
}

function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch((why) => {
    throw new Unavailable(`Ceph cannot be asked: ${why.message}`);
  });
}

/** The key of one user in a keyring. */
export function keyOf(keyring: string, user: string, path: string): string {
  let section = "";
  for (const line of keyring.split("\n").map((it) => it.trim())) {
    section = /^\[(.*)\]$/.exec(line)?.[1] ?? section;
    const key = /^key\s*=\s*(\S+)$/.exec(line)?.[1];
    if (key && section === `client.${user}`) return key;
  }
  throw new Unavailable(`The keyring ${path} has no key of client.${user}.`);
}
