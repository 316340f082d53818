import { Type } from "typebox";
import { listCredentialsOf, takeWindow } from "../../credential/credential.store.ts";
import type { Credential } from "../../credential/credential.ts";
import { windowOf } from "../../credential/totp.ts";
import type { Context } from "../../kit.ts";
import { loose } from "../../shapes.schema.ts";
import { findKnownUser } from "../../user/user.store.ts";
import type { KnownUser } from "../../user/user.ts";
import { type Which, which, whichShape } from "../token.schema.ts";
import { method } from "./method.ts";

interface Asked {
  readonly user: Which & { readonly passcode: string };
}
interface Claim {
  readonly user: KnownUser | undefined;
  /** Those whose code this may be. */
  readonly credentials: readonly Credential[];
  readonly passcode: string;
}

/** A one-time password from a device whose secret is a credential of type "totp". Each opens once. */
export const totp = method<Asked, Claim>({
  name: "totp",
  shape: loose({ user: loose({ ...whichShape, passcode: Type.String() }) }),
  async claim({ db, now }, { user: asked }) {
    const user = await findKnownUser(db, which(asked, "user"));
    const all = user ? await listCredentialsOf(db, user.id, "totp") : [];
    const credentials = all.filter(({ blob }) => windowOf(blob, asked.passcode, now) !== undefined);
    return { user, credentials, passcode: asked.passcode };
  },
  who: ({ user, credentials }) => (credentials.length > 0 ? user?.id : undefined),
  async prove(ctx, { user, credentials, passcode }) {
    for (const it of credentials) if (await opens(ctx, it, passcode)) return user && { user };
    return undefined;
  },
});

async function opens({ db, now }: Context, { id, blob }: Credential, passcode: string): Promise<boolean> {
  const window = windowOf(blob, passcode, now);
  return window !== undefined && (await takeWindow(db, id, window));
}
