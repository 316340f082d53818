import type { Actor } from "#platform/api/rules.ts";
import { mark } from "./revocation.ts";

/** What a token says: enough to know who asks without asking the database. */
export interface Token {
  readonly user: Named & { readonly domain: Named };
  readonly scope: TokenScope;
  readonly roles: readonly string[];
  readonly methods: readonly string[];
  /** Its own, and that of the first of its chain. */
  readonly auditIds: readonly string[];
  readonly issuedAt: string;
  readonly expiresAt: string;
  /** The last revocation that it saw. */
  readonly saw: number;
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

/** The text that is encrypted: positions instead of names, for tokens travel in every request. */
export function pack(it: Token): string {
  const { user, methods, auditIds, roles, saw } = it;
  const times = [Date.parse(it.issuedAt), Date.parse(it.expiresAt)];
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
  ]);
}

export function unpack(text: string): Token {
  const [id, name, domainId, domainName, scope, roles, methods, auditIds, times, saw] = JSON.parse(text);
  return {
    user: { id, name, domain: { id: domainId, name: domainName } },
    scope: unpackScope(scope),
    roles,
    methods,
    auditIds,
    issuedAt: new Date(times[0]).toISOString(),
    expiresAt: new Date(times[1]).toISOString(),
    saw,
  };
}

/** Who asks, as every service sees it. */
export function actorOf({ user, scope, roles, auditIds, expiresAt, methods }: Token): Actor {
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
    token: { auditIds, expiresAt, methods },
  };
}

/** Everything that this token can be taken back by. */
export function marksOf({ user, scope, auditIds }: Token): readonly string[] {
  const marks = [mark.user(user.id), mark.domain(user.domain.id)];
  marks.push(mark.token(auditIds[0]!), mark.chain(auditIds.at(-1)!));
  if (scope.kind === "system") marks.push(mark.grant(user.id, {}));
  if (scope.kind === "domain")
    marks.push(mark.domain(scope.domain.id), mark.grant(user.id, { domainId: scope.domain.id }));
  if (scope.kind === "project") {
    const { id, domain } = scope.project;
    marks.push(mark.project(id), mark.domain(domain.id), mark.grant(user.id, { projectId: id }));
  }
  return marks;
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
