import { unauthorized } from "#platform/api/errors.ts";
import type { PasswordDriver } from "../driver.ts";
import { asking, type Context } from "../kit.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { provePassword } from "./proof.ts";
import { type Loaded, load } from "./user.api.ts";
import { userRules as rule } from "./user.rules.ts";
import { type ChangePassword, changePassword } from "./user.schema.ts";
import { changeUser } from "./user.store.ts";

export const passwordRoutes = [
  asking({
    on: "POST /users/{id}/password",
    rule: rule.password,
    body: changePassword,
    status: { "3.14": 204 },
    of: load,
    call: prove,
    run: change,
  }),
];

interface Asked {
  readonly body: ChangePassword;
}

/** The new hash, if the present password was given. */
async function prove(driver: PasswordDriver, { it }: Loaded, { body }: Asked): Promise<string | undefined> {
  const fits = await provePassword(driver, it, body.user.original_password);
  return fits ? driver.hash(body.user.password) : undefined;
}

async function change(ctx: Context, { it }: Loaded, _: Asked, passwordHash: string | undefined) {
  if (!passwordHash || !it.enabled) throw unauthorized();
  await changeUser(ctx.db, it, { passwordHash });
  await revoke(ctx, mark.user(it.id));
}
