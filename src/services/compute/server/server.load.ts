import { conflict } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { Compute } from "../kit.ts";
import { getServer, takeServer } from "./server.store.ts";
import { refusal, type Server, type ServerVerb, serverLife } from "./server.ts";

/** The target of every route below a server. */
export function load({ db }: Ctx<Compute>, { path }: { path: { readonly id: string } }): Promise<Server> {
  return getServer(db, path.id);
}

/** Only administrators change a locked server. */
export function refuseLocked({ actor }: Ctx<Compute>, it: Server): void {
  if (it.locked && !actor.roles.includes("admin")) throw conflict(`Instance ${it.id} is locked`);
}

/** Takes the server for one verb, or answers 409; from there its saga holds it. `action` is the API's word for it. */
export async function take(ctx: Ctx<Compute>, it: Server, verb: ServerVerb, action: string): Promise<void> {
  refuseLocked(ctx, it);
  const legal = serverLife.verbs[verb];
  if (it.host === null && legal.from.includes(it.state)) throw conflict(`Instance ${it.id} is not ready`);
  if (await takeServer(ctx.db, it.id, legal, ctx.now)) return;
  throw conflict(refusal(action, await getServer(ctx.db, it.id), legal));
}
