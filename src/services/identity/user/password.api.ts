import { unauthorized } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { accountOf } from "../attempt/attempt.ts";
import { beginTry, type Try, tryFailed, trySucceeded } from "../attempt/attempt.work.ts";
import { readOnly } from "../directory/directory.ts";
import { proveElsewhere, type Seat, seatOf } from "../directory/login.api.ts";
import type { IdentityDriver } from "../driver.ts";
import { errorBody } from "../errors.ts";
import { asking, type Context } from "../kit.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { provePassword } from "./proof.ts";
import { userRules as rule } from "./user.rules.ts";
import { type ChangePassword, changePassword } from "./user.schema.ts";
import { changeUser, findUser } from "./user.store.ts";
import type { User } from "./user.ts";

export const passwordRoutes = [
  asking({
    on: "POST /users/{id}/password",
    rule: rule.password,
    body: changePassword,
    status: { "3.14": 204 },
    of: claim,
    call: prove,
    run: change,
  }),
];

interface Asked {
  readonly body: ChangePassword;
}
interface Claim {
  readonly userId: string;
  readonly user: User | undefined;
  /** The directory that has to be asked. */
  readonly seat: Seat | undefined;
  readonly tried: Try;
}

/** Nobody has shown who they are: a user who is not there is refused as a wrong password is. */
async function claim(ctx: Context, { path }: { path: { id: string } }): Promise<Claim> {
  const tried = await beginTry(ctx, [accountOf(path.id)]);
  const seat = await seatOf(ctx.db, { id: path.id });
  return { userId: path.id, user: await findUser(ctx.db, path.id), seat, tried };
}

interface Proven {
  readonly hash?: string;
  /** The directory takes the present password: it is the one to change it. */
  readonly elsewhere?: true;
}

/** The new hash, if the present password was given. */
async function prove(driver: IdentityDriver, { user, seat }: Claim, { body }: Asked): Promise<Proven> {
  const { password, original_password: present } = body.user;
  if (seat) return (await proveElsewhere(driver, seat, present)) ? { elsewhere: true } : {};
  return (await provePassword(driver, user, present)) ? { hash: await driver.hash(password) } : {};
}

async function change(ctx: Context, { user, tried }: Claim, _: Asked, { hash, elsewhere }: Proven) {
  if ((!hash && !elsewhere) || !user?.enabled) return refused(ctx, tried);
  await trySucceeded(ctx, tried);
  if (elsewhere) return reply(errorBody(readOnly()), { status: 403 });
  await changeUser(ctx.db, user, { passwordHash: hash });
  await revoke(ctx, mark.user(user.id));
}

async function refused(ctx: Context, tried: Try) {
  await tryFailed(ctx, tried);
  return reply(errorBody(unauthorized()), { status: 401 });
}
