import { Type } from "typebox";
import { atLeast, shapes } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { type PlacementScope, route } from "../kit.ts";
import { load, type OfProvider } from "../provider/provider.api.ts";
import { uuid } from "../provider/provider.schema.ts";
import { advance } from "../provider/provider.store.ts";
import { fresh } from "../provider/provider.view.ts";
import { rule as all } from "../rules.ts";
import { listMemberships, replaceAggregates } from "./aggregate.store.ts";

const rule = all.aggregates;
const on = "/resource_providers/{uuid}/aggregates";
const list = Type.Array(uuid, { uniqueItems: true });
const body = shapes<PutAggregates>({
  "1.1": list,
  "1.19": Type.Object(
    { resource_provider_generation: Type.Integer(), aggregates: list },
    { additionalProperties: false },
  ),
});

export const aggregateRoutes = [
  route({ on: `GET ${on}`, since: "1.1", rule: rule.list, of: load, run: show }),
  route({ on: `PUT ${on}`, since: "1.1", rule: rule.update, body, of: load, run: put }),
];

type Own = Ctx<PlacementScope>;
type PutAggregates = string[] | { resource_provider_generation: number; aggregates: string[] };

async function show(ctx: Own, { provider }: OfProvider) {
  const found = await listMemberships(ctx.db, [provider.id]);
  return shown(
    ctx,
    found.map(({ aggregate }) => aggregate),
    provider.generation,
  );
}

async function put(ctx: Own, { provider }: OfProvider, { body }: { body: PutAggregates }) {
  const aggregates = Array.isArray(body) ? body : body.aggregates;
  const expected = Array.isArray(body) ? undefined : body.resource_provider_generation;
  const generation = expected === undefined ? provider.generation : await advance(ctx.db, provider, expected, ctx.now);
  await replaceAggregates(ctx.db, provider.id, aggregates);
  return shown(ctx, aggregates, generation);
}

function shown({ version, now }: Own, aggregates: readonly string[], generation: number) {
  const body = { aggregates, ...(atLeast(version, "1.19") && { resource_provider_generation: generation }) };
  return reply(body, { headers: fresh(version, now) });
}
