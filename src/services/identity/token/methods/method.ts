import type { TSchema } from "typebox";
import type { IdentityDriver } from "../../driver.ts";
import type { Context } from "../../kit.ts";
import type { KnownUser } from "../../user/user.ts";
import type { AskedScope, Login } from "../token.schema.ts";
import type { Bonds } from "../token.ts";

/** Who somebody was found to be, and what a token that is made from this may not exceed. */
export interface Proof {
  readonly user: KnownUser;
  /** What a token carries with it besides, and dies with. */
  readonly bonds?: Bonds;
  /** The token or receipt that this goes on from: its methods and audit ids come along. */
  readonly parent?: { readonly methods: readonly string[]; readonly auditIds: readonly string[] };
  /** The token expires no later than then. */
  readonly expiresAt?: string;
  /** The scope that goes with the proof, whatever the login asks for. */
  readonly scope?: AskedScope;
  /** The only roles (by id) that the token may have. */
  readonly roles?: readonly string[];
  /** The user's directory was asked in this login: nobody else's word counts for whoever is kept there. */
  readonly present?: true;
  /** A revocation that the token is issued after, later than what the login had seen. */
  readonly saw?: number;
}

/**
 * One way of proving who one is. `claim` reads (in no transaction) what there is to prove, `call` asks outside (a hash, a
 * directory; in no transaction either), `prove` judges in the transaction that makes the token.
 */
export interface Method<A, C, R> {
  /** As it stands in `identity.methods`; its data stand beside, under the same name. */
  readonly name: string;
  readonly shape: TSchema;
  claim(ctx: Context, asked: A, login: Login["auth"]): Promise<C>;
  /** Of whom a claim says enough to be believed, by id, where the method itself asks no directory: it is asked whether they are there still. */
  who?(claim: C): string | undefined;
  call?(driver: IdentityDriver, claim: C): Promise<R>;
  /** Undefined: refused, and what this wrote (a failure that counts) is kept. A refusal that is thrown keeps nothing. */
  prove(ctx: Context, claim: C, answer: R): Promise<Proof | undefined>;
}
// biome-ignore lint/suspicious/noExplicitAny: what a method claims is its own affair
export type AnyMethod = Method<any, any, any>;

export function method<A, C, R = undefined>(it: Method<A, C, R>): AnyMethod {
  return it;
}
