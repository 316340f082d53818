import { badRequest } from "#platform/api/errors.ts";
import { defined, type Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { federationRules as rule } from "./federation.rules.ts";
import { changeProtocol, createProtocol, type ProtocolFields } from "./federation.schema.ts";
import type { Protocol } from "./federation.ts";
import { protocolBody } from "./federation.view.ts";
import * as store from "./provider.store.ts";

const query = anyQuery;
const of = () => ({});
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const all = "/OS-FEDERATION/identity_providers/{idp_id}/protocols";
const one = "/OS-FEDERATION/identity_providers/{idp_id}/protocols/{id}";

export const protocolRoutes = [
  route({ on: `GET ${all}`, rule: rule.list_protocols, query, of, run: list }),
  route({ on: `GET ${one}`, rule: rule.get_protocol, query, of: load, run: show }),
  route({ on: `PUT ${one}`, rule: rule.create_protocol, body: createProtocol, status: made, of, run: create }),
  route({ on: `PATCH ${one}`, rule: rule.update_protocol, body: changeProtocol, of: load, run: change }),
  route({ on: `DELETE ${one}`, rule: rule.delete_protocol, status: gone, of: load, run: remove }),
];

interface Loaded {
  readonly it: Protocol;
  readonly target: object;
}
interface Path {
  readonly path: { readonly idp_id: string; readonly id: string };
}
interface Said extends Path {
  readonly body: { readonly protocol: ProtocolFields };
}

async function load({ db }: Context, { path }: Path): Promise<Loaded> {
  return { it: await store.getProtocol(db, path.idp_id, path.id), target: {} };
}

async function list(ctx: Context, _: object, { path, query }: { path: { idp_id: string }; query: Filters }) {
  const { id } = await store.getProvider(ctx.db, path.idp_id);
  const found = (await store.listProtocols(ctx.db, id)).map((it) => protocolBody(ctx, it));
  return collection(ctx, "protocols", `/OS-FEDERATION/identity_providers/${id}/protocols`, query, found);
}

function show(ctx: Context, { it }: Loaded) {
  return { protocol: protocolBody(ctx, it) };
}

async function create(ctx: Context, _: object, { path, body: { protocol: asked } }: Said) {
  const { id: idpId } = await store.getProvider(ctx.db, path.idp_id);
  const mappingId = await knownMapping(ctx, asked.mapping_id!);
  const it = { idpId, id: path.id, mappingId, remoteIdAttribute: asked.remote_id_attribute ?? null };
  await store.insertProtocol(ctx.db, it);
  return { protocol: protocolBody(ctx, it) };
}

async function change(ctx: Context, { it }: Loaded, { body: { protocol: asked } }: Said) {
  const to = defined({
    mappingId: asked.mapping_id === undefined ? undefined : await knownMapping(ctx, asked.mapping_id),
    remoteIdAttribute: asked.remote_id_attribute,
  });
  await store.changeProtocol(ctx.db, it, to);
  return { protocol: protocolBody(ctx, { ...it, ...to }) };
}

async function knownMapping({ db }: Context, id: string): Promise<string> {
  if (!(await store.findMapping(db, id))) throw badRequest(`Invalid mapping id: ${id}`);
  return id;
}

async function remove({ db }: Context, { it }: Loaded) {
  await store.deleteProtocol(db, it);
}
