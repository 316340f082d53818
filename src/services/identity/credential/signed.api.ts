import { badRequest, notFound, unauthorized } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { findApplicationCredential } from "../application-credential/application-credential.store.ts";
import { throughApplicationCredential } from "../application-credential/through.api.ts";
import { askPresence, type Presence, presenceOfUser, withPresence } from "../directory/presence.api.ts";
import type { IdentityDriver } from "../driver.ts";
import { asking, type Context } from "../kit.ts";
import { findToken } from "../oauth1/oauth1.store.ts";
import { issue, issued } from "../token/issue.api.ts";
import type { Proof } from "../token/methods/method.ts";
import { lastRevocation } from "../token/revocation.store.ts";
import { findTrust } from "../trust/trust.store.ts";
import { findKnownUser } from "../user/user.store.ts";
import { credentialRules as rule } from "./credential.rules.ts";
import { type Signed, type SignedBody, signedBody } from "./credential.schema.ts";
import { findCredential } from "./credential.store.ts";
import { type Credential, idOfAccess, type KeyPair } from "./credential.ts";
import { isSame, type SignedRequest, signatureOf, signatureOfString } from "./signature.ts";

/** Seconds for which a signed request is good. */
const FRESH = 15 * 60;

/** Other services ask here whose a signed request is: https://docs.openstack.org/api-ref/identity/v3-ext/ (OS-EC2, S3) */
export const signedRoutes = [
  asking({ on: "POST /ec2tokens", rule: rule.ec2tokens_validate, body: signedBody, of: owner, call, run: forEc2 }),
  asking({ on: "POST /s3tokens", rule: rule.s3tokens_validate, body: signedBody, of: owner, call, run: forS3 }),
];

interface Asked {
  readonly body: SignedBody;
}

interface Owner {
  readonly presence: Presence;
  readonly target: object;
}

/** Who would have to be there still. */
async function owner(ctx: Context, { body }: Asked): Promise<Owner> {
  const pair = await findCredential(ctx.db, idOfAccess(accessOf(body)?.access ?? ""));
  return { presence: await presenceOfUser(ctx, pair?.userId), target: {} };
}

function call(driver: IdentityDriver, { presence }: Owner): Promise<Presence> {
  return askPresence(driver, presence);
}

async function forEc2(ctx: Context, _: Owner, { body }: Asked, there: Presence) {
  const { body: token, headers } = await issued(ctx, await opened(ctx, body, there, isSignedForEc2), {});
  return reply(token, { headers });
}

/** The service learns whose the request is; the token itself stays here. */
async function forS3(ctx: Context, _: Owner, { body }: Asked, there: Presence) {
  return (await issued(ctx, await opened(ctx, body, there, isSignedForS3), {})).body;
}

function accessOf(body: SignedBody): Signed | undefined {
  return body.credentials ?? body.credential ?? body.ec2Credentials;
}

type IsSigned = (secret: string, it: Signed) => boolean;

async function opened(ctx: Context, body: SignedBody, there: Presence, isSigned: IsSigned) {
  const asked = accessOf(body);
  if (Object.keys(body).length === 0) throw badRequest("request must include a request body");
  if (!asked?.access) throw unauthorized();
  const saw = await lastRevocation(ctx.db);
  const it = await findCredential(ctx.db, idOfAccess(asked.access));
  if (it?.type !== "ec2") throw notFound("EC2 access key not found.");
  const pair = JSON.parse(it.blob) as KeyPair;
  if (!isSigned(pair.secret, asked)) throw unauthorized();
  if (!isFresh(asked, ctx.now)) throw unauthorized();
  const proof = await withPresence(ctx, await proofBy(ctx, it, pair), there);
  if (!proof) throw unauthorized();
  return issue(ctx, { names: ["ec2credential"], proof, saw });
}

/** Some clients sign the host without its port. */
function isSignedForEc2(secret: string, asked: Signed): boolean {
  const it = requestOf(asked);
  const hosts = new Set([it.host, it.host.replace(/:\d+$/, "")]);
  return [...hosts].some((host) => {
    const signature = signatureOf(secret, { ...it, host });
    return signature !== undefined && isSame(signature, asked.signature ?? "");
  });
}

function isSignedForS3(secret: string, { token = "", signature = "" }: Signed): boolean {
  const mine = signatureOfString(secret, Buffer.from(token, "base64url"));
  return mine !== undefined && isSame(mine, signature);
}

function requestOf({
  verb = "",
  host = "",
  path = "",
  params = {},
  headers = {},
  body_hash = "",
}: Signed): SignedRequest {
  const small = Object.entries(headers).map(([key, value]) => [key.trim().toLowerCase(), String(value).trim()]);
  const texts = Object.entries(params).map(([key, value]) => [key, String(value)]);
  return {
    verb,
    host,
    path,
    params: Object.fromEntries(texts),
    headers: Object.fromEntries(small),
    bodyHash: body_hash,
  };
}

function isFresh(asked: Signed, now: string): boolean {
  const { params, headers } = requestOf(asked);
  const text = params.Timestamp ?? headers["x-amz-date"] ?? params["X-Amz-Date"];
  if (!text) return true;
  const plain = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const at = Date.parse(/Z$|[+-]\d\d:?\d\d$/.test(plain) ? plain : `${plain}Z`);
  return Date.parse(now) <= at + FRESH * 1000;
}

/** Whose a key pair is, within the bounds of what it was made through. */
async function proofBy(ctx: Context, it: Credential, pair: KeyPair): Promise<Proof> {
  const { db } = ctx;
  const user = await findKnownUser(db, { id: it.userId });
  if (!user || !it.projectId) throw unauthorized();
  const scope = { project: { id: it.projectId } };
  if (pair.trust_id)
    return { user: await trusteeOf(ctx, pair.trust_id), scope: { "OS-TRUST:trust": { id: pair.trust_id } } };
  const bounds = await boundsOf(ctx, pair);
  if (bounds.scope && bounds.scope.project?.id !== it.projectId) throw unauthorized();
  return { user, ...bounds, scope };
}

async function trusteeOf({ db, now }: Context, id: string) {
  const trust = await findTrust(db, id, now);
  const user = trust && (await findKnownUser(db, { id: trust.trusteeUserId }));
  if (!user) throw unauthorized();
  return user;
}

async function boundsOf(
  ctx: Context,
  { app_cred_id: lent, access_token_id: allowed }: KeyPair,
): Promise<Partial<Proof>> {
  if (lent) {
    const it = await findApplicationCredential(ctx.db, lent);
    const through = it && throughApplicationCredential(ctx, it);
    if (!through) throw unauthorized();
    return through;
  }
  if (!allowed) return {};
  const it = await findToken(ctx.db, "access", allowed);
  if (!it || (it.expiresAt && it.expiresAt <= ctx.now)) throw unauthorized();
  const { id, consumerId, projectId, roleIds: roles } = it;
  return { bonds: { oauth1: { consumerId, accessTokenId: id } }, scope: { project: { id: projectId } }, roles };
}
