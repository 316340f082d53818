import { unauthorized } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { listEndpoints, listServices } from "../catalog/catalog.store.ts";
import { after, type Filters, TOKEN_LIFETIME } from "../identity.ts";
import type { Context, Transaction } from "../kit.ts";
import { signingKey } from "./key.store.ts";
import { encrypt } from "./key.ts";
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
export async function issue(tx: Transaction, { names, proof, asked, saw }: Proven): Promise<Issued> {
  const { user, parent, bonds } = proof;
  if (!user.enabled) throw unauthorized();
  const { scope, roles } = await takeScope(tx.db, proof, proof.scope ?? asked);
  const own = auditId(tx.newId());
  const lifetime = after(tx.now, TOKEN_LIFETIME);
  const token: Token = {
    user: { id: user.id, name: user.name, domain: { id: user.domainId, name: user.domainName } },
    scope,
    roles: roles.map(({ name }) => name),
    methods: [...new Set([...names, ...(parent?.methods ?? [])])],
    auditIds: parent ? [own, parent.auditIds.at(-1)!] : [own],
    issuedAt: tx.now,
    expiresAt: proof.expiresAt && proof.expiresAt < lifetime ? proof.expiresAt : lifetime,
    saw,
    ...(bonds && { bonds }),
  };
  const text = encrypt(await signingKey(tx), pack(token), tx.now);
  return { text, token, roles };
}

/** The answer with a fresh token. */
export async function issued(ctx: Context, { text, token, roles }: Issued, query: Filters) {
  const catalog = "nocatalog" in query ? null : await catalogRows(ctx);
  const headers = { "x-subject-token": text, vary: "X-Auth-Token" };
  return reply(tokenBody(token, roles, catalog), { status: 201, headers });
}

export async function catalogRows({ db }: Pick<Context, "db">) {
  const [services, endpoints] = [await listServices(db, {}), await listEndpoints(db, {})];
  return { services, endpoints };
}
