import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import * as oidc from "openid-client";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import type { FederationDriver } from "#services/identity/driver.ts";
import { assertionOf, type Claims } from "./claims.ts";

/** How a provider of the configuration is reached. */
export interface OpenidProvider {
  /** Its URL, below which its discovery document lies. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Whom access tokens have to be meant for; the client itself when absent. */
  readonly audiences?: readonly string[];
  /** What a browser's user is asked to tell: "openid profile email" when absent. */
  readonly scope?: string;
}
interface Reached {
  readonly config: oidc.Configuration;
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
}
const patience = 10;

/** Providers of identities that speak OpenID Connect: each is discovered when it is first asked for. */
export function openid(providers: Readonly<Record<string, OpenidProvider>> = {}): FederationDriver {
  const reached = new Map<string, Promise<Reached>>();
  const reach = (id: string, it: OpenidProvider) => {
    const known = reached.get(id) ?? discover(it);
    reached.set(id, known);
    known.catch(() => reached.delete(id));
    return known;
  };
  const named = (id: string): OpenidProvider => {
    const it = Object.hasOwn(providers, id) ? providers[id] : undefined;
    if (!it) throw new Refused(`How the identity provider ${id} is reached does not stand in the configuration.`);
    return it;
  };
  return {
    read: (id, bearer) =>
      asking(id, async () => {
        const it = named(id);
        const { config, keys } = await reach(id, it);
        return assertionOf(it.issuer, await claimsOf(config, keys, it, bearer));
      }),
    begin: (id, redirectUri) =>
      asking(id, async () => {
        const it = named(id);
        return depart((await reach(id, it)).config, it, redirectUri);
      }),
    finish: (id, arrived, secrets) =>
      asking(id, async () => {
        const it = named(id);
        return assertionOf(it.issuer, await arrive((await reach(id, it)).config, arrived, secrets));
      }),
  };
}

async function discover({ issuer, clientId, clientSecret }: OpenidProvider): Promise<Reached> {
  const plain = issuer.startsWith("http:") ? { execute: [oidc.allowInsecureRequests] } : {};
  const config = await oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    ...plain,
    timeout: patience,
  });
  const jwks = config.serverMetadata().jwks_uri;
  if (!jwks) throw new Refused(`The identity provider at ${issuer} publishes no keys.`);
  return { config, keys: createRemoteJWKSet(new URL(jwks), { timeoutDuration: patience * 1000 }) };
}

/** What a bearer token says: read with the provider's keys where it is a JWT, else asked of the provider. */
async function claimsOf(
  config: oidc.Configuration,
  keys: Reached["keys"],
  it: OpenidProvider,
  bearer: string,
): Promise<Claims> {
  const audience = [...(it.audiences ?? [it.clientId])];
  if (bearer.split(".").length === 3)
    return (await jwtVerify(bearer, keys, { issuer: config.serverMetadata().issuer, audience })).payload;
  const found = await oidc.tokenIntrospection(config, bearer);
  const meantFor = [found.aud ?? [], found.client_id ?? []].flat();
  if (!found.active || !meantFor.some((one) => audience.includes(one)))
    throw new Refused("The access token is not valid here.");
  return { ...found, ...(await told(config, bearer, found.sub)) };
}

/** What the provider tells of the user besides, where the token is good for asking. */
async function told(config: oidc.Configuration, bearer: string, sub: string | undefined): Promise<Claims> {
  if (!config.serverMetadata().userinfo_endpoint || !sub) return {};
  return oidc.fetchUserInfo(config, bearer, sub).catch((why: unknown) => {
    if (why instanceof oidc.ResponseBodyError || why instanceof oidc.WWWAuthenticateChallengeError) return {};
    throw why;
  });
}

async function depart(config: oidc.Configuration, { scope }: OpenidProvider, redirectUri: string) {
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: scope ?? "openid profile email",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  return { url: url.href, state, secrets: JSON.stringify({ verifier, nonce, state }) };
}

async function arrive(config: oidc.Configuration, arrived: string, secrets: string): Promise<Claims> {
  const { verifier, nonce, state } = JSON.parse(secrets) as Record<"verifier" | "nonce" | "state", string>;
  const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state, idTokenExpected: true };
  const tokens = await oidc.authorizationCodeGrant(config, new URL(arrived), checks);
  const claims = tokens.claims()!;
  return { ...claims, ...(await told(config, tokens.access_token, claims.sub)) };
}

/** A provider that does not answer is Unavailable; one that says no, and a token that is wrong, are Refused. */
async function asking<T>(id: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (why) {
    if (why instanceof Refused || why instanceof Unavailable) throw why;
    if (isSilence(why)) throw new Unavailable(`The identity provider ${id} does not answer.`);
    throw new Refused(`The identity provider ${id} does not vouch for this: ${(why as Error).message}`);
  }
}

function isSilence(why: unknown): boolean {
  const { code, name, cause, status } = why as { code?: string; name?: string; cause?: unknown; status?: number };
  if (why instanceof errors.JWKSTimeout || name === "TimeoutError" || code === "OAUTH_TIMEOUT") return true;
  if (why instanceof TypeError && why.message === "fetch failed") return true;
  if (code === "OAUTH_RESPONSE_IS_NOT_CONFORM" || (status ?? 0) >= 500) return true;
  return cause !== undefined && cause !== why && isSilence(cause);
}
