import { badRequest, conflict } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { aggregateRules as rule } from "./aggregate.rules.ts";
import { type CreateAggregate, createBody, type UpdateAggregate, updateBody } from "./aggregate.schema.ts";
import * as store from "./aggregate.store.ts";
import { type Aggregate, zoneOf } from "./aggregate.ts";
import { created, shown } from "./aggregate.view.ts";
import { refuseMove } from "./zone.api.ts";

const one = "/os-aggregates/{id}";

export const aggregateRoutes = [
  route({ on: "GET /os-aggregates", rule: rule.index, of: nobody, run: list }),
  route({ on: "POST /os-aggregates", rule: rule.create, body: createBody, of: nobody, run: create }),
  route({ on: `GET ${one}`, rule: rule.show, of: load, run: (ctx, it) => answer(ctx, it.aggregate) }),
  route({ on: `PUT ${one}`, rule: rule.update, body: updateBody, of: load, run: update }),
  route({ on: `DELETE ${one}`, rule: rule.delete, of: load, run: remove }),
];

/** Aggregates are nobody's: only administrators see them. */
export interface Of {
  readonly projectId?: string;
  readonly aggregate: Aggregate;
}

function nobody() {
  return {};
}

export async function load({ db }: Ctx<Compute>, { path }: { path: { readonly id: string } }): Promise<Of> {
  return { aggregate: await store.getAggregate(db, path.id) };
}

/** An aggregate as it is now. */
export async function answer({ db, version }: Ctx<Compute>, it: Aggregate) {
  const hosts = await store.hostsByAggregate(db, it.id);
  return { aggregate: shown(it, hosts.get(it.id) ?? [], version) };
}

async function list({ db, version }: Ctx<Compute>) {
  const [its, hosts] = [await store.listAggregates(db), await store.hostsByAggregate(db)];
  return { aggregates: its.map((it) => shown(it, hosts.get(it.id) ?? [], version)) };
}

async function create(ctx: Ctx<Compute>, _it: object, { body }: { body: CreateAggregate }) {
  const { name, availability_zone: zone } = body.aggregate;
  const row = { uuid: ctx.newId(), name, metadata: inZone({}, zone), createdAt: ctx.now, updatedAt: null };
  const it = await store.insertAggregate(ctx.db, row);
  if (!it) throw taken(name);
  return { aggregate: created(it, ctx.version) };
}

async function update(ctx: Ctx<Compute>, { aggregate }: Of, { body }: { body: UpdateAggregate }) {
  const { name = aggregate.name, availability_zone: zone } = body.aggregate;
  if (name !== aggregate.name && (await store.isNamed(ctx.db, name))) throw taken(name);
  const it = { ...aggregate, name, metadata: inZone(aggregate.metadata, zone), updatedAt: ctx.now };
  await refuseMove(ctx, aggregate, zoneOf(it), `Cannot update aggregate ${it.id}.`);
  await store.changeAggregate(ctx.db, it.id, it);
  await store.putHostsInZones(ctx.db);
  return answer(ctx, it);
}

async function remove({ db }: Ctx<Compute>, { aggregate: { id } }: Of) {
  const hosts = await store.hostsByAggregate(db, id);
  if (hosts.size > 0) throw badRequest(`Cannot remove host from aggregate ${id}. Reason: Host aggregate is not empty.`);
  await store.deleteAggregate(db, id);
}

/** Metadata with another zone; undefined leaves it, null takes it away. */
function inZone(metadata: Aggregate["metadata"], zone: string | null | undefined): Aggregate["metadata"] {
  if (zone === undefined) return metadata;
  const { availability_zone: _was, ...rest } = metadata;
  return zone === null ? rest : { ...rest, availability_zone: zone };
}

function taken(name: string) {
  return conflict(`Aggregate ${name} already exists.`);
}
