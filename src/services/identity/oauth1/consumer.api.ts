import { badRequest } from "#platform/api/errors.ts";
import { extraOf, type Filters, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { oauth1Rules as rule } from "./oauth1.rules.ts";
import { type ConsumerFields, changeConsumer, createConsumer } from "./oauth1.schema.ts";
import * as store from "./oauth1.store.ts";
import type { Consumer } from "./oauth1.ts";
import { consumerBody } from "./oauth1.view.ts";

const query = anyQuery;
const of = () => ({});
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const one = "/OS-OAUTH1/consumers/{consumer_id}";

/** https://docs.openstack.org/api-ref/identity/v3-ext/#os-oauth1 */
export const consumerRoutes = [
  route({ on: "GET /OS-OAUTH1/consumers", rule: rule.list_consumers, query, of, run: list }),
  route({ on: `GET ${one}`, rule: rule.get_consumer, query, of: load, run: show }),
  route({
    on: "POST /OS-OAUTH1/consumers",
    rule: rule.create_consumer,
    body: createConsumer,
    status: made,
    of,
    run: create,
  }),
  route({ on: `PATCH ${one}`, rule: rule.update_consumer, body: changeConsumer, of: load, run: change }),
  route({ on: `DELETE ${one}`, rule: rule.delete_consumer, status: gone, of: load, run: remove }),
];

interface Loaded {
  readonly it: Consumer;
  readonly target: object;
}
interface Body {
  readonly body: { readonly consumer: ConsumerFields };
}

async function load({ db }: Context, { path }: { path: { consumer_id: string } }): Promise<Loaded> {
  return { it: await store.getConsumer(db, path.consumer_id), target: {} };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const all = (await store.listConsumers(ctx.db)).map((it) => consumerBody(ctx, it));
  return collection(ctx, "consumers", "/OS-OAUTH1/consumers", query, all);
}

function show(ctx: Context, { it }: Loaded) {
  return { consumer: consumerBody(ctx, it) };
}

async function create(ctx: Context, _: object, { body: { consumer: asked } }: Body) {
  const it: Consumer = {
    id: hexId(ctx.newId()),
    description: asked.description ?? null,
    secret: hexId(ctx.newId()),
    extra: extraOf(asked, ["id", "description", "secret", "links"]),
  };
  await store.insertConsumer(ctx.db, it);
  return { consumer: { ...consumerBody(ctx, it), secret: it.secret } };
}

async function change(ctx: Context, { it }: Loaded, { body: { consumer: asked } }: Body) {
  if ("secret" in asked) throw badRequest("Cannot change consumer secret");
  const extra = { ...it.extra, ...extraOf(asked, ["id", "description", "secret", "links"]) };
  const to = { description: asked.description === undefined ? it.description : asked.description, extra };
  await store.changeConsumer(ctx.db, it.id, to);
  return { consumer: consumerBody(ctx, { ...it, ...to }) };
}

async function remove(ctx: Context, { it }: Loaded) {
  await store.deleteConsumer(ctx.db, it.id);
  await revoke(ctx, mark.consumer(it.id));
}
