import { Type } from "typebox";
import { badRequest, conflict, notFound } from "#platform/api/errors.ts";
import { atLeast, shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { serversOnHosts } from "../server/server.store.ts";
import { type Flag, flag, isYes } from "../words.ts";
import { serviceRules as rule } from "./host.rules.ts";
import { changeHost, deleteHost, findHost, findHostById, listHosts } from "./host.store.ts";
import { type ComputeHost, isUp } from "./host.ts";
import { idOf } from "./hypervisor.view.ts";
import { provide } from "./provide.store.ts";

const binary = "nova-compute";

interface ListQuery {
  host?: string;
  binary?: string;
}
const filters = { host: Type.Optional(Type.String()), binary: Type.Optional(Type.String()) };
const listQuery = shapes<ListQuery>({
  "2.1": Type.Object(filters, { additionalProperties: true }),
  "2.75": Type.Object(filters, { additionalProperties: false }),
});

interface ByHost {
  host: string;
  binary: string;
  disabled_reason?: string;
  forced_down?: Flag;
}
interface ById {
  status?: "enabled" | "disabled";
  disabled_reason?: string;
  forced_down?: Flag;
}
const strict = { additionalProperties: false };
const hostName = Type.String({ minLength: 1, maxLength: 255, pattern: "^[a-zA-Z0-9-._]*$" });
const binaryName = Type.String({ minLength: 1, maxLength: 255 });
const reason = Type.String({ minLength: 1, maxLength: 255 });
const byHost = shapes<ByHost>({
  "2.1": Type.Object({ host: hostName, binary: binaryName, disabled_reason: Type.Optional(reason) }, strict),
});
const forceDown = shapes<ByHost>({
  "2.11": Type.Object({ host: hostName, binary: binaryName, forced_down: flag }, strict),
});
const status = Type.Union([Type.Literal("enabled"), Type.Literal("disabled")]);
const byId = shapes<ById>({
  "2.53": Type.Object(
    { status: Type.Optional(status), disabled_reason: Type.Optional(reason), forced_down: Type.Optional(flag) },
    strict,
  ),
});

export const serviceRoutes = [
  route({ on: "GET /os-services", rule: rule.list, query: listQuery, of: nobody, run: list }),
  route({ on: "PUT /os-services/enable", until: "2.52", rule: rule.update, body: byHost, of: named, run: enable }),
  route({ on: "PUT /os-services/disable", until: "2.52", rule: rule.update, body: byHost, of: named, run: disable }),
  route({
    on: "PUT /os-services/disable-log-reason",
    until: "2.52",
    rule: rule.update,
    body: byHost,
    of: named,
    run: disableSaying,
  }),
  route({
    on: "PUT /os-services/force-down",
    since: "2.11",
    until: "2.52",
    rule: rule.update,
    body: forceDown,
    of: named,
    run: force,
  }),
  route({ on: "PUT /os-services/{id}", since: "2.53", rule: rule.update, body: byId, of: load, run: update }),
  route({ on: "DELETE /os-services/{id}", rule: rule.delete, status: { "2.1": 204 }, of: load, run: remove }),
];

type Found = ComputeHost & { projectId?: undefined };
interface Body {
  readonly body: ByHost;
}

function nobody() {
  return {};
}

async function named({ db }: Ctx<Compute>, { body }: Body): Promise<Found> {
  const it = body.binary === binary ? await findHost(db, body.host) : undefined;
  if (!it) throw notFound(`Could not find binary ${body.binary} on host ${body.host}.`);
  return it;
}

async function load({ db, version }: Ctx<Compute>, { path }: { path: { readonly id: string } }): Promise<Found> {
  const it = await findHostById(db, path.id);
  if (it && String(idOf(it, version)) === path.id) return it;
  throw notFound(`Service ${path.id} could not be found.`);
}

async function list(ctx: Ctx<Compute>, _: object, { query }: { query: ListQuery }) {
  if (query.binary !== undefined && query.binary !== binary) return { services: [] };
  const its = (await listHosts(ctx.db)).filter((it) => query.host === undefined || it.name === query.host);
  return { services: its.map((it) => view(ctx, it)) };
}

async function enable(ctx: Ctx<Compute>, it: Found) {
  return { service: { ...said(await change(ctx, it, { disabled: false, disabledReason: null })), status: "enabled" } };
}

async function disable(ctx: Ctx<Compute>, it: Found) {
  return { service: { ...said(await change(ctx, it, { disabled: true, disabledReason: null })), status: "disabled" } };
}

async function disableSaying(ctx: Ctx<Compute>, it: Found, { body }: Body) {
  if (body.disabled_reason === undefined) throw badRequest("Missing disabled reason field");
  const now = await change(ctx, it, { disabled: true, disabledReason: body.disabled_reason });
  return { service: { ...said(now), status: "disabled", disabled_reason: now.disabledReason } };
}

async function force(ctx: Ctx<Compute>, it: Found, { body }: Body) {
  const now = await change(ctx, it, { forcedDown: isYes(body.forced_down ?? false) });
  return { service: { ...said(now), forced_down: now.forcedDown } };
}

async function update(ctx: Ctx<Compute>, it: Found, { body }: { body: ById }) {
  const { status, disabled_reason: why, forced_down: down } = body;
  if (status === undefined && down === undefined)
    throw badRequest("No updates were requested. Fields 'status' or 'forced_down' should be specified.");
  if (why !== undefined && status !== "disabled")
    throw badRequest("Specifying 'disabled_reason' when status is 'enabled' is invalid.");
  const now = await change(ctx, it, {
    ...(status !== undefined && { disabled: status === "disabled", disabledReason: why ?? null }),
    ...(down !== undefined && { forcedDown: isYes(down) }),
  });
  return { service: view(ctx, now) };
}

async function change(
  ctx: Ctx<Compute>,
  it: Found,
  to: Partial<Pick<ComputeHost, "disabled" | "disabledReason" | "forcedDown">>,
) {
  const now = { ...it, ...to, updatedAt: ctx.now };
  await changeHost(ctx.db, it.id, { ...to, updatedAt: ctx.now });
  await provide(ctx, now);
  return now;
}

async function remove(ctx: Ctx<Compute>, it: Found) {
  const here = (await serversOnHosts(ctx.db)).get(it.name) ?? [];
  if (here.length > 0)
    throw conflict(
      "Unable to delete compute service that is hosting instances. Migrate or delete the instances first.",
    );
  await deleteHost(ctx.db, it.id);
}

function said({ name }: Pick<ComputeHost, "name">) {
  return { host: name, binary };
}

function view({ version, now }: Ctx<Compute>, it: ComputeHost) {
  return {
    id: idOf(it, version),
    binary,
    host: it.name,
    zone: it.zone,
    status: it.disabled ? "disabled" : "enabled",
    state: isUp(it, now) ? "up" : "down",
    updated_at: `${it.seenAt.slice(0, 23)}000`,
    disabled_reason: it.disabledReason,
    ...(atLeast(version, "2.11") && { forced_down: it.forcedDown }),
  };
}
