import { addressed, type Catalog, type Endpoint } from "../catalog/catalog.ts";
import type { ServiceProvider } from "../federation/federation.ts";
import type { KnownUser } from "../user/user.ts";
import type { Receipt } from "./receipt.ts";
import { actorOf, type Bonds, type Named, type Token, type TokenScope } from "./token.ts";

/** A token as its owner sees it; `catalog`: null when it was not asked for. */
export function tokenBody(
  it: Token,
  roles: readonly Named[],
  catalog: Catalog | null,
  providers: readonly ServiceProvider[],
) {
  const scoped = it.scope.kind !== "unscoped";
  return {
    token: {
      methods: it.methods,
      user: {
        domain: it.user.domain,
        id: it.user.id,
        name: it.user.name,
        password_expires_at: it.user.passwordExpiresAt ? micros(it.user.passwordExpiresAt).slice(0, -1) : null,
        ...federationBody(it),
      },
      audit_ids: it.auditIds,
      expires_at: micros(it.expiresAt),
      issued_at: micros(it.issuedAt),
      ...scopeBody(it.scope),
      ...bondsBody(it.bonds ?? {}),
      ...(scoped && { roles: roles.map(({ id, name }) => ({ id, name })) }),
      ...(scoped && catalog && { catalog: catalogBody(actorOf(it), catalog) }),
      ...(providers.length > 0 && { service_providers: providers.map(providerBody) }),
    },
  };
}

function providerBody({ id, authUrl, spUrl }: ServiceProvider) {
  return { auth_url: authUrl, id, sp_url: spUrl };
}

export function receiptBody(it: Receipt, user: KnownUser, required: readonly (readonly string[])[]) {
  const { id, name, domainId, domainName } = user;
  const { methods } = it;
  const times = { expires_at: micros(it.expiresAt), issued_at: micros(it.issuedAt) };
  return {
    receipt: { methods, user: { id, name, domain: { id: domainId, name: domainName } }, ...times },
    required_auth_methods: required,
  };
}

/** The addresses of everything, made for a token's project. */
export function catalogBody(names: { userId: string; projectId?: string }, { services, endpoints }: Catalog) {
  return services
    .filter((service) => service.enabled)
    .map(({ id, type, name }) => {
      const own = endpoints.filter((it) => it.serviceId === id && it.enabled);
      return { endpoints: own.flatMap((it) => endpointBody(it, addressed(it.url, names))), id, type, name };
    });
}

function endpointBody({ id, interface: face, regionId }: Endpoint, url: string | undefined) {
  return url === undefined ? [] : [{ id, interface: face, region_id: regionId, url, region: regionId }];
}

function scopeBody(scope: TokenScope) {
  if (scope.kind === "system") return { system: { all: true } };
  if (scope.kind === "domain") return { domain: scope.domain };
  if (scope.kind === "unscoped") return {};
  const { domain, id, name, isDomain } = scope.project;
  return { project: { domain, id, name }, is_domain: isDomain };
}

function federationBody({ bonds }: Token) {
  if (!bonds?.federation) return {};
  const { identityProvider, protocol, groups } = bonds.federation;
  const body = {
    groups: groups.map((id) => ({ id })),
    identity_provider: { id: identityProvider },
    protocol: { id: protocol },
  };
  return { "OS-FEDERATION": body };
}

function bondsBody({ trust, applicationCredential: app, oauth1, oauth2 }: Bonds) {
  return {
    ...(trust && { "OS-TRUST:trust": trustBody(trust) }),
    ...(app && { application_credential: applicationCredentialBody(app) }),
    ...(oauth1 && { "OS-OAUTH1": { access_token_id: oauth1.accessTokenId, consumer_id: oauth1.consumerId } }),
    ...(oauth2 && { oauth2_credential: { "x5t#S256": oauth2.thumbprint } }),
  };
}

function trustBody({ id, trustorId, trusteeId, impersonation }: NonNullable<Bonds["trust"]>) {
  return { id, impersonation, trustee_user: { id: trusteeId }, trustor_user: { id: trustorId } };
}

function applicationCredentialBody({ id, name, restricted, accessRules }: NonNullable<Bonds["applicationCredential"]>) {
  return { id, name, restricted, ...(accessRules && { access_rules: accessRules }) };
}

function micros(iso: string): string {
  return `${iso.slice(0, 19)}.000000Z`;
}
