import { conflict } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { Compute } from "../kit.ts";
import { holdIdle, holdIn } from "./idle.store.ts";
import { refuseLocked } from "./server.load.ts";
import { getServer } from "./server.store.ts";
import { refusal, type Server, type ServerState } from "./server.ts";

/** Holds a server with which nothing is being done, or answers 409: for changes of its guest that are no verb of its life. */
export async function hold(ctx: Ctx<Compute>, it: Server, action: string, from: readonly ServerState[]): Promise<void> {
  refuseLocked(ctx, it);
  if (!(await holdIdle(ctx.db, it.id, from))) throw await refused(ctx, it, action, from);
}

/** Holds a server's row for a change of what is written about it, and returns it as it is now; 409 before it was built. */
export async function holdRow(ctx: Ctx<Compute>, it: Server, action: string): Promise<Server> {
  const from: readonly ServerState[] = ["active", "stopped"];
  if (!(await holdIn(ctx.db, it.id, from))) throw await refused(ctx, it, action, from);
  return getServer(ctx.db, it.id);
}

async function refused({ db }: Ctx<Compute>, it: Server, action: string, from: readonly ServerState[]) {
  return conflict(refusal(action, await getServer(db, it.id), { from, busy: "", to: it.state }));
}
