import type { Db } from "#platform/store/db.ts";
import type { ComputeTables } from "../tables.ts";
import type { ServerState } from "./server.ts";

/** Keeps a server as it is until the transaction ends: no verb can take it meanwhile. Says whether it was idle and in such a state. */
export async function holdIdle(db: Db<ComputeTables>, id: string, from: readonly ServerState[]): Promise<boolean> {
  const its = db.selectFrom("computeServers").select("id").where("id", "=", id).where("task", "is", null);
  return (await its.where("state", "in", from).forUpdate().executeTakeFirst()) !== undefined;
}
