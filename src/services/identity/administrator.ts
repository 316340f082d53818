import { ApiError } from "#platform/api/errors.ts";
import type { Join } from "#platform/store/join.ts";
import { after } from "./identity.ts";
import { joined } from "./kit.ts";
import { issue } from "./token/issue.api.ts";
import { lastRevocation } from "./token/revocation.store.ts";
import { findKnownUser } from "./user/user.store.ts";

const LIFETIME = 600;
const DEFAULT = { id: "default" };

/**
 * A token of the administrator's for ten minutes, for what the program does through its own front door: it holds the keys
 * and needs no password, which the administrator may have changed. Undefined where an operator has done away with that user.
 */
export async function administratorToken(
  write: <T>(work: (tx: Join) => Promise<T>) => Promise<T>,
): Promise<string | undefined> {
  return write(async (tx) => {
    const own = joined(tx);
    const saw = await lastRevocation(own.db);
    const user = await findKnownUser(own.db, { name: "admin", domain: DEFAULT });
    if (!user?.enabled) return undefined;
    const asked = { project: { name: "admin", domain: DEFAULT } };
    const proof = { user, expiresAt: after(own.now, LIFETIME) };
    const made = await issue(own, { names: ["password"], proof, asked, saw }).catch(unlessRefused);
    return made?.text;
  });
}

function unlessRefused(why: unknown): undefined {
  if (!(why instanceof ApiError)) throw why;
}
