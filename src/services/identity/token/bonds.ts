import type { Actor } from "#platform/api/rules.ts";
import type { Bonds } from "./token.ts";

/** What the token of who asks was made through. */
export function bondsOf({ token }: Actor): Bonds {
  return (token?.bonds ?? {}) as Bonds;
}

/** Whether somebody asks with what another has given into its hands: a trust, an application credential, OAuth. */
export function isDelegated(actor: Actor): boolean {
  const { trust, applicationCredential, oauth1 } = bondsOf(actor);
  return (trust ?? applicationCredential ?? oauth1) !== undefined;
}

/** A token's bonds, as short as they go: one letter each, positions instead of names. */
export function packBonds({ trust, applicationCredential: app, federation, oauth1, oauth2 }: Bonds) {
  return {
    ...(trust && { t: packTrust(trust) }),
    ...(app && {
      a: [app.id, app.name, app.restricted ? 1 : 0, ...(app.accessRules ? [app.accessRules.map(flat)] : [])],
    }),
    ...(federation && { f: [federation.identityProvider, federation.protocol, federation.groups] }),
    ...(oauth1 && { o: [oauth1.consumerId, oauth1.accessTokenId] }),
    ...(oauth2 && { x: oauth2.thumbprint }),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what packBonds wrote
export function unpackBonds({ t, a, f, o, x }: any): Bonds {
  return {
    ...(t && { trust: unpackTrust(t) }),
    ...(a && {
      applicationCredential: {
        id: a[0],
        name: a[1],
        restricted: a[2] === 1,
        ...(a[3] && { accessRules: a[3].map(rule) }),
      },
    }),
    ...(f && { federation: { identityProvider: f[0], protocol: f[1], groups: f[2] } }),
    ...(o && { oauth1: { consumerId: o[0], accessTokenId: o[1] } }),
    ...(x && { oauth2: { thumbprint: x } }),
  };
}

type Trust = NonNullable<Bonds["trust"]>;
type Packed = [string, string, string, number, string, readonly string[], readonly string[]];

function packTrust({ id, trustorId, trusteeId, impersonation, originId, others, domainIds }: Trust): Packed {
  return [id, trustorId, trusteeId, impersonation ? 1 : 0, originId, others, domainIds];
}

function unpackTrust([id, trustorId, trusteeId, impersonation, originId, others, domainIds]: Packed): Trust {
  return { id, trustorId, trusteeId, impersonation: impersonation === 1, originId, others, domainIds };
}

type Rule = NonNullable<NonNullable<Bonds["applicationCredential"]>["accessRules"]>[number];

function flat({ id, service, method, path }: Rule) {
  return [id, service, method, path];
}

function rule([id, service, method, path]: [string, string, string, string]): Rule {
  return { id, service, method, path };
}
