import type { PasswordDriver } from "../driver.ts";
import type { KnownUser } from "./user.ts";

/** Whether this is the user's password: asked outside of any transaction. Nobody's password takes as long as somebody's. */
export function provePassword(
  driver: PasswordDriver,
  user: Pick<KnownUser, "id" | "domainId" | "passwordHash"> | undefined,
  password: string,
): Promise<boolean> {
  return driver.matches(password, user?.passwordHash ?? null);
}
