import { Type } from "typebox";
import { ApiError } from "#platform/api/errors.ts";
import {
  findApplicationCredential,
  findApplicationCredentialNamed,
} from "../../application-credential/application-credential.store.ts";
import type { ApplicationCredential } from "../../application-credential/application-credential.ts";
import { throughApplicationCredential } from "../../application-credential/through.api.ts";
import { expecting } from "../../errors.ts";
import type { Context } from "../../kit.ts";
import { loose, maybe } from "../../shapes.schema.ts";
import { findKnownUser } from "../../user/user.store.ts";
import { type Which, which, whichShape } from "../token.schema.ts";
import { method } from "./method.ts";

interface Asked {
  readonly id?: string;
  readonly name?: string;
  readonly secret: string;
  readonly user?: Which;
}
interface Claim {
  readonly it: ApplicationCredential | undefined;
  readonly secret: string;
}

/** A program's own secret. Its token is for the credential's project, whatever else its user may do. */
export const applicationCredential = method<Asked, Claim, boolean>({
  name: "application_credential",
  shape: loose({
    id: maybe(Type.String()),
    name: maybe(Type.String()),
    secret: Type.String(),
    user: maybe(loose(whichShape)),
  }),
  async claim(ctx, asked, { scope }) {
    if (scope !== undefined) throw noScope();
    return { it: await find(ctx.db, asked), secret: asked.secret };
  },
  who: ({ it }) => it?.userId,
  call: (driver, { it, secret }) => driver.matches(secret, it?.secretHash ?? null),
  async prove(ctx, { it }, fits) {
    if (!it || !fits) return undefined;
    const [user, through] = [await findKnownUser(ctx.db, { id: it.userId }), throughApplicationCredential(ctx, it)];
    return user && through && { user, ...through };
  },
});

async function find(db: Context["db"], { id, name, user }: Asked): Promise<ApplicationCredential | undefined> {
  if (id) return findApplicationCredential(db, id);
  if (!name) throw expecting("name or ID", "application credential");
  if (!user) throw expecting("user", "application credential");
  const owner = await findKnownUser(db, which(user, "user"));
  return owner && findApplicationCredentialNamed(db, owner.id, name);
}

function noScope() {
  const why = "Application credentials cannot request a scope.";
  return new ApiError(401, `Error authenticating with application credential: ${why}`);
}
