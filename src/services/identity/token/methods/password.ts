import { proveElsewhere, type Seat, seatOf, settle } from "../../directory/login.api.ts";
import type { Present } from "../../driver.ts";
import { loose, maybe, text } from "../../shapes.schema.ts";
import { judge } from "../../user/judge.work.ts";
import { provePassword } from "../../user/proof.ts";
import { findKnownUser } from "../../user/user.store.ts";
import type { KnownUser } from "../../user/user.ts";
import { type Which, which, whichShape } from "../token.schema.ts";
import { method } from "./method.ts";

interface Asked {
  readonly user: Which & { readonly password?: string | null };
}
interface Claim {
  /** The directory that has to be asked. */
  readonly seat: Seat | undefined;
  readonly user: KnownUser | undefined;
  readonly password: string;
}
interface Answer {
  readonly fits: boolean;
  readonly there?: Present;
}

export const password = method<Asked, Claim, Answer>({
  name: "password",
  shape: loose({ user: loose({ ...whichShape, password: maybe(text) }) }),
  async claim({ db }, { user: asked }) {
    const who = which(asked, "user");
    const seat = await seatOf(db, who);
    return { seat, user: seat ? undefined : await findKnownUser(db, who), password: asked.password ?? "" };
  },
  async call(driver, { seat, user, password }) {
    if (!seat) return { fits: await provePassword(driver, user, password) };
    const there = await proveElsewhere(driver, seat, password);
    return { fits: there !== undefined, there };
  },
  async prove(ctx, { seat, user }, { fits, there }) {
    if (!seat) return (await judge(ctx, user?.id, fits)) && user ? { user } : undefined;
    const settled = there && (await settle(ctx, seat, there));
    return settled && { ...settled, present: true };
  },
});
