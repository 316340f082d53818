import { conflict } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { Compute } from "../kit.ts";
import { holdIdle } from "./idle.store.ts";
import { refuseLocked } from "./server.load.ts";
import { getServer } from "./server.store.ts";
import { refusal, type Server, type ServerState } from "./server.ts";

/** Holds a server that nothing else may be doing anything with, or answers 409: for changes that are no verb of its life. */
export async function hold(ctx: Ctx<Compute>, it: Server, action: string, from: readonly ServerState[]): Promise<void> {
  refuseLocked(ctx, it);
  if (await holdIdle(ctx.db, it.id, from)) return;
  throw conflict(refusal(action, await getServer(ctx.db, it.id), { from, busy: "", to: it.state }));
}
