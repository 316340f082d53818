import { unauthorized } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { readCatalog } from "../catalog/catalog.store.ts";
import { expecting } from "../errors.ts";
import { listServiceProviders } from "../federation/provider.store.ts";
import { after, type Filters, TOKEN_LIFETIME } from "../identity.ts";
import type { Context, Transaction } from "../kit.ts";
import { namesOf, shown, soonest } from "../role/role.ts";
import { takeTrust } from "../trust/through.api.ts";
import type { KnownUser } from "../user/user.ts";
import { signingKey } from "./key.store.ts";
import type { Proof } from "./methods/method.ts";
import { takeScope } from "./scope.api.ts";
import type { AskedScope } from "./token.schema.ts";
import { auditId, type Named, pack, type Token } from "./token.ts";
import { tokenBody } from "./token.view.ts";

/** What a token is made from. */
export interface Proven {
  /** By which methods. */
  readonly names: readonly string[];
  readonly proof: Proof;
  readonly asked?: AskedScope | "unscoped";
  /** The last revocation before anything was read. */
  readonly saw: number;
}
export interface Issued {
  readonly text: string;
  readonly token: Token;
  readonly roles: readonly Named[];
}

/** Makes a token for whoever was proven: for the scope that is asked for, 401 where there is no role. */
export async function issue(tx: Transaction, proven: Proven): Promise<Issued> {
  const { names, proof, saw } = proven;
  const { parent } = proof;
  if (!proof.user.enabled || (proof.user.directoryId && !proof.present)) throw unauthorized();
  const { user, bonds, scope, roles, expiresAt } = await taken(tx, proven);
  const own = auditId(tx.newId());
  const token: Token = {
    user: subjectOf(user),
    scope,
    ...namesOf(roles),
    methods: [...new Set([...names, ...(parent?.methods ?? [])])],
    auditIds: parent ? [own, parent.auditIds.at(-1)!] : [own],
    issuedAt: tx.now,
    expiresAt: [after(tx.now, TOKEN_LIFETIME), ...expiresAt].sort()[0]!,
    saw: Math.max(saw, proof.saw ?? 0),
    ...(bonds && { bonds }),
  };
  const text = (await signingKey(tx)).make(pack(token), token);
  return { text, token, roles: shown(roles) };
}

/** The scope that goes with the proof, or that is asked for: one's own, or what a trust gives. */
async function taken(tx: Transaction, { proof, asked }: Proven) {
  const { user, bonds, expiresAt = [] } = { ...proof, expiresAt: proof.expiresAt ? [proof.expiresAt] : [] };
  const scope = proof.scope ?? asked;
  const trust = typeof scope === "object" ? scope["OS-TRUST:trust"] : undefined;
  if (!trust) {
    const { roles, ...rest } = await takeScope(tx, proof, scope);
    return { user, bonds, roles, ...rest, expiresAt: [...expiresAt, ...soonest(roles)] };
  }
  if (!trust.id) throw expecting("trust_id", "trust");
  const given = await takeTrust(tx, user, trust.id);
  return {
    ...given,
    bonds: { ...bonds, ...given.bonds },
    expiresAt: [...expiresAt, ...(given.expiresAt ? [given.expiresAt] : [])],
  };
}

function subjectOf({ id, name, domainId, domainName, passwordExpiresAt }: KnownUser): Token["user"] {
  return { id, name, domain: { id: domainId, name: domainName }, ...(passwordExpiresAt && { passwordExpiresAt }) };
}

/** The answer with a fresh token. */
export async function issued(ctx: Context, { text, token, roles }: Issued, query: Filters) {
  const headers = { "x-subject-token": text, vary: "X-Auth-Token" };
  return reply(await bodyOf(ctx, token, roles, query), { status: 201, headers });
}

/** A token as its owner sees it, with the catalogue as its scope sees that, and the clouds that it may go on to. */
export async function bodyOf(
  { db }: Pick<Context, "db">,
  token: Token,
  roles: readonly Named[] | Promise<readonly Named[]>,
  query: Filters,
) {
  const { scope } = token;
  const [named, catalog, providers] = await Promise.all([
    roles,
    "nocatalog" in query ? null : readCatalog(db, scope.kind === "project" ? scope.project.id : undefined),
    listServiceProviders(db, { enabled: "true" }),
  ]);
  return tokenBody(token, named, catalog, providers);
}
