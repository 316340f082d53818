import { conflict, notFound } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { findHost } from "../host/host.store.ts";
import { action, type Compute } from "../kit.ts";
import { answer, load, type Of } from "./aggregate.api.ts";
import { aggregateRules as rule } from "./aggregate.rules.ts";
import { type HostBody, hostBody, metadataBody, type SetMetadata } from "./aggregate.schema.ts";
import { changeAggregate, insertHost, putHostsInZones, removeHost } from "./aggregate.store.ts";
import { zoneOf } from "./aggregate.ts";
import { refuseJoin, refuseLeave, refuseMove } from "./zone.api.ts";

const on = "POST /os-aggregates/{id}/action";

export const aggregateActions = [
  action({ on, key: "add_host", rule: rule.add_host, body: hostBody("add_host"), of: load, run: addHost }),
  action({ on, key: "remove_host", rule: rule.remove_host, body: hostBody("remove_host"), of: load, run: dropHost }),
  action({ on, key: "set_metadata", rule: rule.set_metadata, body: metadataBody, of: load, run: setMetadata }),
];

async function addHost(ctx: Ctx<Compute>, { aggregate: it }: Of, { body }: { body: HostBody<"add_host"> }) {
  const { host } = body.add_host;
  if (!(await findHost(ctx.db, host))) throw notFound(`Compute host ${host} could not be found.`);
  await refuseJoin(ctx, it, host);
  if (!(await insertHost(ctx.db, { aggregateId: it.id, host })))
    throw conflict(`Aggregate ${it.id} already has host ${host}.`);
  return changed(ctx, it);
}

async function dropHost(ctx: Ctx<Compute>, { aggregate: it }: Of, { body }: { body: HostBody<"remove_host"> }) {
  const { host } = body.remove_host;
  await refuseLeave(ctx, it, host);
  if (!(await removeHost(ctx.db, { aggregateId: it.id, host })))
    throw notFound(`Aggregate ${it.id} has no host ${host}.`);
  return changed(ctx, it);
}

/** Null takes a key away. */
async function setMetadata(ctx: Ctx<Compute>, { aggregate }: Of, { body }: { body: SetMetadata }) {
  const merged = Object.entries({ ...aggregate.metadata, ...body.set_metadata.metadata });
  const metadata = Object.fromEntries(merged.filter((it): it is [string, string] => it[1] !== null));
  const it = { ...aggregate, metadata };
  await refuseMove(ctx, aggregate, zoneOf(it), `Cannot update metadata of aggregate ${it.id}.`);
  return changed(ctx, it);
}

async function changed(ctx: Ctx<Compute>, aggregate: Of["aggregate"]) {
  const it = { ...aggregate, updatedAt: ctx.now };
  await changeAggregate(ctx.db, it.id, it);
  await putHostsInZones(ctx.db);
  return answer(ctx, it);
}
