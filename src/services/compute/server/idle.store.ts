import type { Db } from "#platform/store/db.ts";
import type { ComputeTables } from "../tables.ts";
import type { ServerState } from "./server.ts";

type Servers = Db<ComputeTables>;

/** Keeps a server as it is until the transaction ends: no verb can take it meanwhile. Says whether it was idle and in such a state. */
export async function holdIdle(db: Servers, id: string, from: readonly ServerState[]): Promise<boolean> {
  return (await its(db, id, from).where("task", "is", null).executeTakeFirst()) !== undefined;
}

/** The same whether something is being done with it or not. */
export async function holdIn(db: Servers, id: string, from: readonly ServerState[]): Promise<boolean> {
  return (await its(db, id, from).executeTakeFirst()) !== undefined;
}

function its(db: Servers, id: string, from: readonly ServerState[]) {
  return db.selectFrom("computeServers").select("id").where("id", "=", id).where("state", "in", from).forUpdate();
}
