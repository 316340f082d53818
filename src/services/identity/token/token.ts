import type { AccessRule, Actor } from "#platform/api/rules.ts";
import type { ScopedProject } from "../project/project.ts";
import { packBonds, unpackBonds } from "./bonds.ts";
import { mark } from "./revocation.ts";

/** What a token says: enough to know who asks without asking the database. */
export interface Token {
  readonly user: Named & { readonly domain: Named; readonly passwordExpiresAt?: string };
  readonly scope: TokenScope;
  readonly roles: readonly string[];
  /** Roles that hold at one service only, by its type. */
  readonly bound?: Readonly<Record<string, readonly string[]>>;
  readonly methods: readonly string[];
  /** Its own, and that of the first of its chain. */
  readonly auditIds: readonly string[];
  readonly issuedAt: string;
  readonly expiresAt: string;
  /** The last revocation that it saw. */
  readonly saw: number;
  readonly bonds?: Bonds;
}
export interface Named {
  readonly id: string;
  readonly name: string;
}
export type TokenScope =
  | { readonly kind: "unscoped" }
  | { readonly kind: "system" }
  | { readonly kind: "domain"; readonly domain: Named }
  | { readonly kind: "project"; readonly project: Named & { readonly domain: Named; readonly isDomain: boolean } };

/** What a token was made through: it dies with any of them. */
export interface Bonds {
  readonly trust?: {
    readonly id: string;
    readonly trustorId: string;
    readonly trusteeId: string;
    readonly impersonation: boolean;
    /** Who has given the first trust of the chain. */
    readonly originId: string;
    /** Who else has a part in the chain. */
    readonly others: readonly string[];
    /** The domains of all of them. */
    readonly domainIds: readonly string[];
  };
  readonly applicationCredential?: {
    readonly id: string;
    readonly name: string;
    /** It may not make or delete credentials and trusts. */
    readonly restricted: boolean;
    /** All that may be asked with it; absent: everything. */
    readonly accessRules?: readonly AccessRule[];
  };
  readonly federation?: {
    readonly identityProvider: string;
    readonly protocol: string;
    readonly groups: readonly string[];
  };
  readonly oauth1?: { readonly consumerId: string; readonly accessTokenId: string };
  /** The thumbprint (x5t#S256) of the client's certificate. */
  readonly oauth2?: { readonly thumbprint: string };
}

/** The text that is encrypted: positions instead of names, for tokens travel in every request. */
export function pack(it: Token): string {
  const { user, methods, auditIds, roles, saw } = it;
  const until = user.passwordExpiresAt ? [Date.parse(user.passwordExpiresAt)] : [];
  const times = [Date.parse(it.issuedAt), Date.parse(it.expiresAt), ...until];
  return JSON.stringify([
    user.id,
    user.name,
    ...flat(user.domain),
    packScope(it.scope),
    roles,
    methods,
    auditIds,
    times,
    saw,
    ...(it.bonds || it.bound ? [it.bonds ? packBonds(it.bonds) : 0] : []),
    ...(it.bound ? [it.bound] : []),
  ]);
}

export function unpack(text: string): Token {
  const [id, name, domainId, domainName, scope, roles, methods, auditIds, times, saw, bonds, bound] = JSON.parse(text);
  return {
    user: {
      id,
      name,
      domain: { id: domainId, name: domainName },
      ...(times[2] && { passwordExpiresAt: iso(times[2]) }),
    },
    scope: unpackScope(scope),
    roles,
    ...(bound && { bound }),
    methods,
    auditIds,
    issuedAt: iso(times[0]),
    expiresAt: iso(times[1]),
    saw,
    ...(bonds && { bonds: unpackBonds(bonds) }),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Who asks, as every service sees it. */
export function actorOf({ user, scope, roles, bound, auditIds, expiresAt, methods, bonds }: Token): Actor {
  return {
    userId: user.id,
    userName: user.name,
    userDomainId: user.domain.id,
    ...(scope.kind === "project" && {
      projectId: scope.project.id,
      projectName: scope.project.name,
      projectDomainId: scope.project.domain.id,
    }),
    ...(scope.kind === "domain" && { domainId: scope.domain.id }),
    ...(scope.kind === "system" && { system: true }),
    roles,
    ...(bound && { bound }),
    ...(bonds?.applicationCredential?.accessRules && { accessRules: bonds.applicationCredential.accessRules }),
    token: { auditIds, expiresAt, methods, ...(bonds && { bonds }) },
  };
}

/** Everything that this token can be taken back by. */
export function marksOf({ user, scope, auditIds, bonds }: Token): readonly string[] {
  const marks = [mark.user(user.id), mark.domain(user.domain.id)];
  marks.push(mark.token(auditIds[0]!), mark.chain(auditIds.at(-1)!));
  const holders = new Set([user.id, bonds?.trust?.originId ?? user.id]);
  if (scope.kind !== "unscoped") for (const it of holders) marks.push(mark.grant(it, placeOf(scope)));
  if (scope.kind === "domain") marks.push(mark.domain(scope.domain.id));
  if (scope.kind === "project") marks.push(mark.project(scope.project.id), mark.domain(scope.project.domain.id));
  return bonds ? [...marks, ...marksOfBonds(bonds)] : marks;
}

function placeOf(scope: TokenScope) {
  if (scope.kind === "project") return { projectId: scope.project.id };
  return scope.kind === "domain" ? { domainId: scope.domain.id } : {};
}

function marksOfBonds({ trust, applicationCredential, federation, oauth1 }: Bonds): readonly string[] {
  return [
    ...(trust ? [mark.trust(trust.id), ...partiesOf(trust).map(mark.user), ...trust.domainIds.map(mark.domain)] : []),
    ...(applicationCredential ? [mark.applicationCredential(applicationCredential.id)] : []),
    ...(federation ? [mark.identityProvider(federation.identityProvider)] : []),
    ...(oauth1 ? [mark.consumer(oauth1.consumerId), mark.accessToken(oauth1.accessTokenId)] : []),
  ];
}

function partiesOf({ trustorId, trusteeId, others }: NonNullable<Bonds["trust"]>): readonly string[] {
  return [trustorId, trusteeId, ...others];
}

/** A project as a token's scope. */
export function scopeOf({ id, name, isDomain, domainId, domainName }: ScopedProject): TokenScope {
  return { kind: "project", project: { id, name, isDomain, domain: { id: domainId, name: domainName } } };
}

/** A fresh uuid as a token's audit id. */
export function auditId(uuid: string): string {
  return Buffer.from(uuid.replaceAll("-", ""), "hex").toString("base64url");
}

function flat({ id, name }: Named): [string, string] {
  return [id, name];
}

function packScope(it: TokenScope): readonly unknown[] {
  if (it.kind === "project") return ["p", ...flat(it.project), ...flat(it.project.domain), it.project.isDomain ? 1 : 0];
  if (it.kind === "domain") return ["d", ...flat(it.domain)];
  return [it.kind === "system" ? "s" : "u"];
}

// biome-ignore lint/suspicious/noExplicitAny: what packScope wrote
function unpackScope([kind, id, name, domainId, domainName, isDomain]: any): TokenScope {
  if (kind === "p")
    return {
      kind: "project",
      project: { id, name, domain: { id: domainId, name: domainName }, isDomain: isDomain === 1 },
    };
  if (kind === "d") return { kind: "domain", domain: { id, name } };
  return { kind: kind === "s" ? "system" : "unscoped" };
}
