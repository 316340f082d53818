import { listAddressesOf } from "../port/address.store.ts";
import { listInterfaces, listPortsById } from "../port/port.store.ts";
import { spend } from "../quota/quota.work.ts";
import { clash, no, notAuthorized, wrong } from "../refusals.ts";
import { type Context, type Resource, resourceRoutes, sight } from "../resource/resource.api.ts";
import { changeRow, deleteRow, findRow, insertRow } from "../resource/resource.store.ts";
import { fresh } from "../resource/resource.ts";
import { tagRoutes } from "../resource/tag.api.ts";
import { dropGateway, setGateway } from "./gateway.work.ts";
import { realiseRouter } from "./realise.saga.ts";
import { routerActions } from "./router.actions.api.ts";
import { routerGuards, routerRules } from "./router.rules.ts";
import { type NewRouter, routerAttributes } from "./router.schema.ts";
import { findRouter, listRouters } from "./router.store.ts";
import type { Router } from "./router.ts";
import { routerView } from "./router.view.ts";
import { checkRoutes } from "./routes.work.ts";

export const routers: Resource<Router, NewRouter> = {
  one: "router",
  many: "routers",
  rules: routerRules,
  attributes: routerAttributes,
  guards: routerGuards,
  missing: no.router,
  find: (ctx, id) => findRouter(ctx.db, sight(ctx), id),
  list: (ctx, asked) => listRouters(ctx.db, sight(ctx), asked),
  views,
  create,
  change,
  remove,
};

export const routerRoutes = [
  ...resourceRoutes(routers),
  ...routerActions(routers),
  ...tagRoutes(routers, "networkRouters"),
];

async function views(ctx: Context, rows: readonly Router[]) {
  const ids = rows.map((row) => row.gatewayPortId).filter((id) => id !== null);
  const gateways = new Map((await listPortsById(ctx.db, ids)).map((port) => [port.id, port]));
  const addresses = Map.groupBy(await listAddressesOf(ctx.db, ids), (a) => a.portId);
  return rows.map((row) =>
    routerView(row, gateways.get(row.gatewayPortId ?? ""), addresses.get(row.gatewayPortId ?? "") ?? []),
  );
}

async function create(ctx: Context, asked: NewRouter, projectId: string): Promise<Router> {
  checkGuards(ctx, "create", asked);
  await spend(ctx, projectId, { router: 1 });
  const it: Router = {
    ...fresh(ctx, projectId),
    name: asked.name,
    description: asked.description,
    adminStateUp: asked.admin_state_up,
    gatewayPortId: null,
    enableSnat: true,
    routes: [],
    availabilityZoneHints: asked.availability_zone_hints,
    realised: false,
    tags: [],
  };
  await insertRow(ctx.db, "networkRouters", it);
  if (asked.external_gateway_info) await setGateway(ctx, sight(ctx), it, asked.external_gateway_info);
  await ctx.start(realiseRouter, it.id);
  return (await findRow(ctx.db, "networkRouters", it.id))!;
}

async function change(ctx: Context, it: Router, asked: Partial<NewRouter>): Promise<Router> {
  checkGuards(ctx, "update", asked);
  if (asked.external_gateway_info !== undefined) await setGateway(ctx, sight(ctx), it, asked.external_gateway_info);
  const now = (await findRow(ctx.db, "networkRouters", it.id))!;
  const routes = asked.routes === undefined ? it.routes : (asked.routes ?? []);
  if (asked.routes) await checkRoutes(ctx, now, routes);
  const to = {
    name: asked.name ?? it.name,
    description: asked.description ?? it.description,
    adminStateUp: asked.admin_state_up ?? it.adminStateUp,
    routes,
  };
  await ctx.start(realiseRouter, it.id);
  return changeRow(ctx.db, "networkRouters", it.id, to, ctx.now);
}

/** Source NAT and addresses outside are for administrators to choose; routers are central and of one kind. */
function checkGuards(
  ctx: Context,
  way: "create" | "update",
  { external_gateway_info: info, distributed, ha }: Partial<NewRouter>,
) {
  for (const part of ["enable_snat", "external_fixed_ips"] as const) {
    const rule = routerGuards[`${way}_router:external_gateway_info:${part}`]!;
    if (info?.[part] !== undefined && !ctx.may(rule, {})) throw notAuthorized(`${way}_router`, rule.name);
  }
  if (distributed) throw wrong.with("BadRequest", "Bad router request: distributed routers are not supported.");
  if (ha) throw wrong.with("BadRequest", "Bad router request: ha routers are not supported.");
}

async function remove(ctx: Context, it: Router): Promise<void> {
  if ((await listInterfaces(ctx.db, it.id)).length > 0) throw clash("RouterInUse", `Router ${it.id} still has ports`);
  const [gateway] = await listPortsById(ctx.db, it.gatewayPortId ? [it.gatewayPortId] : []);
  await ctx.cancel(it.id);
  await dropGateway(ctx, it, gateway);
  await deleteRow(ctx.db, "networkRouters", it.id);
  await ctx.start(realiseRouter, it.id);
}
