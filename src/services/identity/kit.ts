import { ApiError, forbidden } from "#platform/api/errors.ts";
import type { Rule } from "#platform/api/rules.ts";
import { type Ctx, kit, type Tx } from "#platform/service/kit.ts";
import type { IdentityDriver } from "./driver.ts";
import type { IdentityEvents } from "./events.ts";
import { UNVEILED } from "./identity.ts";
import type { IdentityTables } from "./tables.ts";

/** Everything identity may touch. */
export type IdentityScope = {
  tables: IdentityTables;
  needs: Record<never, never>;
  driver: IdentityDriver;
  events: IdentityEvents;
};
export type Context = Ctx<IdentityScope>;
export type Transaction = Tx<IdentityScope>;

const plain = kit<IdentityScope>();
export const { loop, joined } = plain;

export const route: typeof plain.route = (it) => plain.route({ ...it, of: veiled(it.rule, it.of) });
export const asking: typeof plain.asking = (it) => plain.asking({ ...it, of: veiled(it.rule, it.of) });

/** What is missing looks forbidden to whoever might not see it either: nobody learns from a 404 which users there are. */
function veiled<I, T>(rule: Rule, of: (ctx: Context, input: I) => T | Promise<T>) {
  return async (ctx: Context, input: I): Promise<T> => {
    try {
      return await of(ctx, input);
    } catch (why) {
      const hidden = why instanceof ApiError && why.status === 404 && why.kind !== UNVEILED;
      if (!hidden || isOpen(rule) || ctx.may(rule, {})) throw why;
      throw forbidden(`You are not authorized to perform the requested action: ${rule.name}.`);
    }
  };
}

/** For what Keystone looks up before it asks who may: its absence is no secret. */
export function unveiled<I, T>(of: (ctx: Context, input: I) => T | Promise<T>) {
  return async (ctx: Context, input: I): Promise<T> => {
    try {
      return await of(ctx, input);
    } catch (why) {
      throw why instanceof ApiError && why.status === 404 ? new ApiError(404, why.message, { kind: UNVEILED }) : why;
    }
  };
}

function isOpen({ name }: Rule): boolean {
  return name === "open" || name === "any_token";
}
