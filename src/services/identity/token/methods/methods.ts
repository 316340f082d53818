import { own } from "#platform/api/own.ts";
import { applicationCredential } from "./application-credential.ts";
import { mapped, openid } from "./mapped.ts";
import type { AnyMethod } from "./method.ts";
import { oauth1 } from "./oauth1.ts";
import { password } from "./password.ts";
import { token } from "./token.ts";
import { totp } from "./totp.ts";

/** Every way to log in. */
export const methods: readonly AnyMethod[] = [password, token, totp, applicationCredential, oauth1, mapped, openid];

const byName = Object.fromEntries(methods.map((one) => [one.name, one]));

export function methodNamed(name: string): AnyMethod | undefined {
  return own(byName, name);
}
