import type { Tx } from "#platform/service/kit.ts";
import type { Compute } from "../kit.ts";
import { listDisks } from "../server/disk.store.ts";
import type { Server } from "../server/server.ts";
import type { Subject } from "./subject.ts";

/** Gathers what the documents of a server tell of. */
export async function subjectOf(tx: Tx<Compute>, server: Server): Promise<Subject> {
  const groups = await tx.needs.network.securityGroupsOf(tx, [server.id]);
  return {
    server,
    nics: await tx.needs.network.nics(tx, server.id),
    disks: await listDisks(tx.db, server.id),
    securityGroups: groups.get(server.id) ?? [],
    seed: `${tx.newId()}${tx.newId()}`,
  };
}
