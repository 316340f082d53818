import { loose, maybe, text } from "../../shapes.schema.ts";
import { provePassword } from "../../user/proof.ts";
import { findKnownUser } from "../../user/user.store.ts";
import type { KnownUser } from "../../user/user.ts";
import { type Which, which, whichShape } from "../token.schema.ts";
import { method } from "./method.ts";

interface Asked {
  readonly user: Which & { readonly password?: string | null };
}
interface Claim {
  readonly user: KnownUser | undefined;
  readonly password: string;
}

export const password = method<Asked, Claim, boolean>({
  name: "password",
  shape: loose({ user: loose({ ...whichShape, password: maybe(text) }) }),
  claim: async ({ db }, { user }) => ({
    user: await findKnownUser(db, which(user, "user")),
    password: user.password ?? "",
  }),
  call: (driver, { user, password }) => provePassword(driver, user, password),
  prove: async (_ctx, { user }, fits) => (fits && user ? { user } : undefined),
});
