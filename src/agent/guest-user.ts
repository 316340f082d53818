import { createHash } from "node:crypto";

export interface GuestUser {
  readonly uid: number;
  readonly gid: number;
}

const firstUid = 0x40000000;
const spread = 0x10000000;

/** The unprivileged user and group that a server's guest, its tap and its volumes' sockets belong to, and nobody else. */
export function guestUser(serverId: string): GuestUser {
  const uid = firstUid + (createHash("sha256").update(serverId).digest().readUInt32BE(0) % spread);
  return { uid, gid: uid };
}
