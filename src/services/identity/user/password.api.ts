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
import { listPastPasswords } from "./compliance.store.ts";
import { dated, looksRight, mayChoose } from "./compliance.ts";
import { judgeChange, retire } from "./judge.work.ts";
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
  /** The last passwords beside the present one, as far as they may not come back. */
  readonly past: readonly string[];
}

/** Nobody has shown who they are: a user who is not there is refused as a wrong password is. */
async function claim(ctx: Context, { path }: { path: { id: string } }): Promise<Claim> {
  const tried = await beginTry(ctx, [accountOf(path.id)]);
  const past = await listPastPasswords(ctx.db, path.id, (ctx.settings["unique-last-password-count"] ?? 0) - 1);
  const seat = await seatOf(ctx.db, { id: path.id });
  return { userId: path.id, user: await findUser(ctx.db, path.id), seat, tried, past };
}

interface Proven {
  readonly fits: boolean;
  readonly hash?: string;
  /** The new password is one of the last ones. */
  readonly used?: boolean;
}

/** The new hash, if the present password was given; a directory's users change theirs there. */
async function prove(driver: IdentityDriver, { user, seat, past }: Claim, { body }: Asked): Promise<Proven> {
  const { password, original_password: present } = body.user;
  if (seat) return { fits: (await proveElsewhere(driver, seat, present)) !== undefined };
  if (!(await provePassword(driver, user, present))) return { fits: false };
  const same = await Promise.all(past.map((hash) => driver.matches(password, hash)));
  return { fits: true, hash: await driver.hash(password), used: password === present || same.includes(true) };
}

async function change(ctx: Context, { userId, user, seat, tried }: Claim, { body }: Asked, proven: Proven) {
  if (seat) return changeElsewhere(ctx, user?.enabled === true && proven.fits, tried);
  const it = await judgeChange(ctx, userId, proven.fits);
  if (!it) return refused(ctx, tried);
  await trySucceeded(ctx, tried);
  await replace(ctx, it, body.user.password, proven);
}

/** The directory takes the present password: it is the one to change it. */
async function changeElsewhere(ctx: Context, fits: boolean, tried: Try) {
  if (!fits) return refused(ctx, tried);
  await trySucceeded(ctx, tried);
  return reply(errorBody(readOnly()), { status: 403 });
}

async function replace(ctx: Context, user: User, password: string, { hash, used = false }: Proven) {
  const { settings, now } = ctx;
  looksRight(settings, password);
  mayChoose(settings, user, now, used && (settings["unique-last-password-count"] ?? 0) > 0);
  await retire(ctx, user);
  await changeUser(ctx.db, user, { passwordHash: hash, ...dated(settings, user.options, now, true) });
  await revoke(ctx, mark.user(user.id));
}

async function refused(ctx: Context, tried: Try) {
  await tryFailed(ctx, tried);
  return reply(errorBody(unauthorized()), { status: 401 });
}
