import { type Content, contentOf } from "#platform/service/content.ts";
import type { Nic } from "#services/network/index.ts";
import type { ServerDisk } from "../server/disk.ts";
import type { Server } from "../server/server.ts";

/** The server that asks, with all that the documents tell of. */
export interface Subject {
  readonly server: Server;
  readonly nics: readonly Nic[];
  readonly disks: readonly ServerDisk[];
  readonly securityGroups: readonly { readonly name: string }[];
  /** Unguessable, fresh each time. */
  readonly seed: string;
}

export function userDataOf({ userData }: Server): Content | undefined {
  return userData === null ? undefined : contentOf(userData);
}

/** The name with its domain: Nova's default one where the name has none. */
export function fullHostname({ hostname }: Server): string {
  return hostname.includes(".") ? hostname : `${hostname}.novalocal`;
}
