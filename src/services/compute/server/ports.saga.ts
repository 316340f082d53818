import { again, type StepTx } from "#platform/service/kit.ts";
import type { Compute } from "../kit.ts";
import { getServer } from "./server.store.ts";
import { hostOf } from "./server.ts";

/** Binds the server's ports to its host: their wiring begins. */
export async function bind(tx: StepTx<Compute>) {
  await tx.needs.network.bindPorts(tx, tx.subject, hostOf(await getServer(tx.db, tx.subject)));
}

export async function unbind(tx: StepTx<Compute>) {
  await tx.needs.network.unbindPorts(tx, tx.subject);
}

export async function awaitWired(tx: StepTx<Compute>) {
  if (!(await tx.needs.network.areWired(tx, tx.subject))) return again(5, "port.wired", tx.subject);
}
