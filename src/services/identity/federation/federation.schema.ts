import { type TProperties, Type } from "typebox";
import { held, loose, maybe, orNull } from "../shapes.schema.ts";
import type { MappingRule } from "./mapping.ts";

const text = Type.String();
const nothing = Type.Union([text, Type.Null()]);
const flag = Type.Boolean();

function strict<T>(key: string, fields: TProperties, more = {}) {
  return held<T>(loose({ [key]: Type.Object(fields, { additionalProperties: false, ...more }) }));
}

export interface ProviderFields {
  readonly enabled?: boolean;
  readonly description?: string | null;
  readonly domain_id?: string | null;
  readonly authorization_ttl?: number | null;
  readonly remote_ids?: readonly string[] | null;
}
const provider = {
  enabled: maybe(flag),
  description: maybe(nothing),
  authorization_ttl: maybe(orNull(Type.Integer({ minimum: 0 }))),
  remote_ids: maybe(orNull(Type.Array(text, { uniqueItems: true }))),
};
const domainId = maybe(orNull(Type.String({ minLength: 1, maxLength: 64, pattern: "^[a-zA-Z0-9-]+$" })));
export const createProvider = strict<{ identity_provider: ProviderFields }>("identity_provider", {
  ...provider,
  domain_id: domainId,
});
export const changeProvider = strict<{ identity_provider: ProviderFields }>("identity_provider", provider, {
  minProperties: 1,
});

export interface ProtocolFields {
  readonly mapping_id?: string;
  readonly remote_id_attribute?: string;
}
const mappingId = Type.String({ minLength: 1, maxLength: 64, pattern: "^[a-zA-Z0-9-_]+$" });
const attribute = maybe(Type.String({ maxLength: 64 }));
export const createProtocol = strict<{ protocol: ProtocolFields }>("protocol", {
  mapping_id: mappingId,
  remote_id_attribute: attribute,
});
export const changeProtocol = strict<{ protocol: ProtocolFields }>("protocol", {
  mapping_id: maybe(mappingId),
  remote_id_attribute: attribute,
});

export interface MappingFields {
  readonly rules: readonly MappingRule[];
  readonly schema_version?: string;
}
const exactly = (fields: TProperties) => Type.Object(fields, { additionalProperties: false });
const domain = exactly({ id: maybe(text), name: maybe(text) });
const local = exactly({
  user: maybe(
    exactly({
      id: maybe(text),
      name: maybe(text),
      email: maybe(text),
      domain: maybe(domain),
      type: maybe(Type.Union([Type.Literal("ephemeral"), Type.Literal("local")])),
    }),
  ),
  projects: maybe(
    Type.Array(exactly({ name: text, roles: Type.Array(exactly({ name: text })), domain: maybe(domain) })),
  ),
  group: maybe(Type.Union([exactly({ id: text }), exactly({ name: text, domain })])),
  groups: maybe(text),
  group_ids: maybe(text),
  domain: maybe(domain),
});
const condition = (name: string) => exactly({ type: text, [name]: Type.Array(text), regex: maybe(flag) });
const remote = Type.Union([
  exactly({ type: text }),
  condition("any_one_of"),
  condition("not_any_of"),
  condition("blacklist"),
  condition("whitelist"),
]);
const rules = Type.Array(exactly({ local: Type.Array(local), remote: Type.Array(remote, { minItems: 1 }) }), {
  minItems: 1,
});
const version = maybe(Type.Union([Type.Literal("1.0"), Type.Literal("2.0")]));
export const createMapping = strict<{ mapping: MappingFields }>("mapping", { rules, schema_version: version });
export const changeMapping = createMapping;

export interface ServiceProviderFields {
  readonly auth_url: string;
  readonly sp_url: string;
  readonly description?: string | null;
  readonly enabled?: boolean;
  readonly relay_state_prefix?: string | null;
}
const url = Type.String({ maxLength: 225, pattern: "^[a-zA-Z0-9+.-]+:.+" });
const other = { description: maybe(nothing), enabled: maybe(flag), relay_state_prefix: maybe(nothing) };
export const createServiceProvider = strict<{ service_provider: ServiceProviderFields }>("service_provider", {
  auth_url: url,
  sp_url: url,
  ...other,
});
export const changeServiceProvider = strict<{ service_provider: Partial<ServiceProviderFields> }>(
  "service_provider",
  { auth_url: maybe(url), sp_url: maybe(url), ...other },
  { minProperties: 1 },
);
