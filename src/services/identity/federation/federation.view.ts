import type { Context } from "../kit.ts";
import type { KnownProvider, Protocol, ServiceProvider } from "./federation.ts";
import type { Mapping } from "./mapping.ts";

export function providerBody({ url }: Context, it: KnownProvider) {
  const self = `${url}/OS-FEDERATION/identity_providers/${it.id}`;
  return {
    id: it.id,
    enabled: it.enabled,
    description: it.description,
    domain_id: it.domainId,
    authorization_ttl: it.authorizationTtl,
    remote_ids: it.remoteIds,
    links: { self, protocols: `${self}/protocols` },
  };
}

export function protocolBody({ url }: Context, it: Protocol) {
  const provider = `${url}/OS-FEDERATION/identity_providers/${it.idpId}`;
  return {
    id: it.id,
    mapping_id: it.mappingId,
    remote_id_attribute: it.remoteIdAttribute,
    links: { identity_provider: provider, self: `${provider}/protocols/${it.id}` },
  };
}

export function mappingBody({ url }: Context, { id, rules, schemaVersion }: Mapping) {
  return { id, rules, schema_version: schemaVersion, links: { self: `${url}/OS-FEDERATION/mappings/${id}` } };
}

export function serviceProviderBody({ url }: Context, it: ServiceProvider) {
  return {
    id: it.id,
    auth_url: it.authUrl,
    sp_url: it.spUrl,
    enabled: it.enabled,
    description: it.description,
    relay_state_prefix: it.relayStatePrefix,
    links: { self: `${url}/OS-FEDERATION/service_providers/${it.id}` },
  };
}
