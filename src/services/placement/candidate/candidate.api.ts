import { Type } from "typebox";
import { badRequest } from "#platform/api/errors.ts";
import { atLeast, shapes } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { listMemberships } from "../aggregate/aggregate.store.ts";
import { listOffered } from "../claim/claim.store.ts";
import { byRoom, type Offered, ruledOut } from "../claim/claim.ts";
import { type PlacementScope, route } from "../kit.ts";
import { aggregatesPass, readMemberOf, readRequired, readResources, traitsPass } from "../provider/filter.ts";
import { nobody } from "../provider/provider.api.ts";
import { findProvider, listProviders } from "../provider/provider.store.ts";
import type { Provider } from "../provider/provider.ts";
import { fresh } from "../provider/provider.view.ts";
import { rule } from "../rules.ts";
import { candidates } from "./candidate.view.ts";

const text = Type.Optional(Type.String());
const many = Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())]));
const query = shapes<CandidateQuery>({
  "1.10": Type.Object(
    {
      resources: text,
      required: many,
      member_of: many,
      in_tree: text,
      limit: text,
      root_required: many,
      group_policy: text,
    },
    { additionalProperties: true },
  ),
});

export const candidateRoutes = [
  route({ on: "GET /allocation_candidates", since: "1.10", rule: rule.candidates.list, query, of: nobody, run: list }),
];

type Own = Ctx<PlacementScope>;
interface CandidateQuery {
  resources?: string;
  required?: string | string[];
  member_of?: string | string[];
  in_tree?: string;
  limit?: string;
  root_required?: string | string[];
  group_policy?: string;
}
const since = {
  resources: "1.10",
  limit: "1.16",
  required: "1.17",
  member_of: "1.21",
  in_tree: "1.31",
  root_required: "1.35",
} as const;

async function list(ctx: Own, _: object, { query }: { query: CandidateQuery }) {
  requireUngrouped(ctx, query);
  if (!query.resources) throw badRequest("All request groups must specify resources.", "placement.query.missing_value");
  const resources = readResources(query.resources);
  const { providers, fit } = await fitting(ctx, query, resources);
  const limit = query.limit === undefined ? fit.length : readLimit(query.limit);
  const body = candidates(fit.toSorted(byRoom).slice(0, limit), providers, resources, ctx.version);
  return reply(body, { headers: fresh(ctx.version, ctx.now) });
}

/** Only the one group without a suffix is served. */
function requireUngrouped({ version }: Own, query: CandidateQuery) {
  const granular = Object.keys(query).find(
    (key) => !Object.hasOwn(since, key) && /^(resources|required|member_of|in_tree).+$/.test(key),
  );
  if (granular || query.group_policy !== undefined)
    throw badRequest(
      `Granular request groups are not supported by this cloud: ${granular ?? "group_policy"}.`,
      "placement.query.bad_value",
    );
  const unknown = Object.keys(query).find(
    (key) => !Object.hasOwn(since, key) || !atLeast(version, since[key as keyof typeof since]),
  );
  if (unknown)
    throw badRequest(
      `Invalid query string parameters: Additional properties are not allowed ('${unknown}' was unexpected)`,
      "placement.query.bad_value",
    );
}

function readLimit(text: string): number {
  if (!/^[1-9][0-9]*$/.test(text))
    throw badRequest(
      `Invalid query string parameters: '${text}' does not match '^[1-9][0-9]*$'`,
      "placement.query.bad_value",
    );
  return Number(text);
}

async function fitting({ db }: Own, query: CandidateQuery, resources: Record<string, number>) {
  const traits = readRequired(query.required);
  const rootTraits = readRequired(query.root_required);
  const groups = readMemberOf(query.member_of);
  const tree = query.in_tree && ((await findProvider(db, query.in_tree))?.rootId ?? "");
  const providers = await listProviders(db);
  const members = Map.groupBy(
    await listMemberships(
      db,
      providers.map(({ id }) => id),
    ),
    (it) => it.providerId,
  );
  const offered = await listOffered(db, providers);
  const byId = new Map(offered.map((it) => [it.id, it]));
  const passes = ({ id, rootId }: Provider): boolean => {
    const mine = (members.get(id) ?? []).map(({ aggregate }) => aggregate);
    const offer = byId.get(id) as Offered;
    const root = byId.get(rootId) as Offered;
    return (
      (tree === undefined || rootId === tree) &&
      aggregatesPass(mine, groups) &&
      traitsPass(offer.traits, traits) &&
      traitsPass(root.traits, rootTraits) &&
      !ruledOut(offer, { resources })
    );
  };
  return { providers, fit: providers.filter(passes).map(({ id }) => byId.get(id) as Offered) };
}
