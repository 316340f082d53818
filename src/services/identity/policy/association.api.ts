import { notFound } from "#platform/api/errors.ts";
import type { Rule } from "#platform/api/rules.ts";
import { getEndpoint, getRegion, getService } from "../catalog/catalog.store.ts";
import { endpointBody } from "../catalog/catalog.view.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { policyRules as rule } from "./policy.rules.ts";
import * as store from "./policy.store.ts";
import type { Association, Policy } from "./policy.ts";
import { policyBody } from "./policy.view.ts";

const root = "/policies/{id}/OS-ENDPOINT-POLICY";
const query = anyQuery;

/** OS-ENDPOINT-POLICY: which policy is for which endpoint. */
export const associationRoutes = [
  ...routesAt(`${root}/endpoints/{endpoint_id}`, {
    create: rule.create_policy_association_for_endpoint,
    check: rule.check_policy_association_for_endpoint,
    remove: rule.delete_policy_association_for_endpoint,
  }),
  ...routesAt(`${root}/services/{service_id}`, {
    create: rule.create_policy_association_for_service,
    check: rule.check_policy_association_for_service,
    remove: rule.delete_policy_association_for_service,
  }),
  ...routesAt(`${root}/services/{service_id}/regions/{region_id}`, {
    create: rule.create_policy_association_for_region_and_service,
    check: rule.check_policy_association_for_region_and_service,
    remove: rule.delete_policy_association_for_region_and_service,
  }),
  route({ on: `GET ${root}/endpoints`, rule: rule.list_endpoints_for_policy, query, of: policy, run: listEndpoints }),
  route({
    on: "GET /endpoints/{id}/OS-ENDPOINT-POLICY/policy",
    rule: rule.get_policy_for_endpoint,
    query,
    of: endpoint,
    run: show,
  }),
];

interface Rules {
  readonly create: Rule;
  readonly check: Rule;
  readonly remove: Rule;
}

function routesAt(path: string, { create, check, remove }: Rules) {
  const status = { "3.14": 204 } as const;
  const of = (ctx: Context, input: { path: unknown }) => load(ctx, input.path as Path);
  return [
    route({ on: `PUT ${path}`, rule: create, status, of, run: associate }),
    route({ on: `GET ${path}`, rule: check, query, status, of, run: required }),
    route({ on: `HEAD ${path}`, rule: check, status, of, run: required }),
    route({ on: `DELETE ${path}`, rule: remove, status, of, run: dissociate }),
  ];
}

type Path = { readonly id: string } & Readonly<Partial<Record<"endpoint_id" | "service_id" | "region_id", string>>>;
interface Loaded {
  readonly it: Association;
  readonly target: object;
}

async function load({ db }: Context, path: Path): Promise<Loaded> {
  const { endpoint_id: endpointId = null, service_id: serviceId = null, region_id: regionId = null } = path;
  const { id: policyId } = await store.getPolicy(db, path.id);
  if (endpointId !== null) await getEndpoint(db, endpointId);
  if (serviceId !== null) await getService(db, serviceId);
  if (regionId !== null) await getRegion(db, regionId);
  return { it: { policyId, endpointId, serviceId, regionId }, target: {} };
}

async function associate({ db }: Context, { it }: Loaded) {
  await store.associate(db, it);
}

async function required({ db }: Context, { it }: Loaded) {
  if (!(await store.isAssociated(db, it))) throw notFound("Could not find policy association.");
}

async function dissociate({ db }: Context, { it }: Loaded) {
  await store.dissociate(db, it);
}

interface Named {
  readonly path: { readonly id: string };
}
interface Held {
  readonly it: Policy;
  readonly target: object;
}
interface Found {
  readonly id: string;
  readonly target: object;
}

async function policy({ db }: Context, { path }: Named): Promise<Held> {
  return { it: await store.getPolicy(db, path.id), target: {} };
}

async function listEndpoints(ctx: Context, { it }: Held, { query }: { query: Filters }) {
  const found = await store.listEndpointsFor(ctx.db, it.id);
  const path = `/policies/${it.id}/OS-ENDPOINT-POLICY/endpoints`;
  return collection(
    ctx,
    "endpoints",
    path,
    query,
    found.map((one) => endpointBody(ctx, one)),
  );
}

async function endpoint({ db }: Context, { path }: Named): Promise<Found> {
  return { id: (await getEndpoint(db, path.id)).id, target: {} };
}

async function show(ctx: Context, { id }: Found) {
  const it = await store.findPolicyFor(ctx.db, id);
  if (!it) throw notFound(`No policy is associated with endpoint ${id}.`);
  return { policy: policyBody(ctx, it) };
}
