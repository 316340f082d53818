import type { Config } from "#platform/config/config.ts";
import type { Spine } from "#platform/spine.ts";
import { administratorToken } from "#services/identity/administrator.ts";
import type { IdentityDriver } from "#services/identity/driver.ts";
import { repairIdentity } from "#services/identity/repair.ts";
import { writeCredentials } from "./credentials.ts";
import { directoryAnswers } from "./directory.answers.ts";
import { makeSample } from "./sample.ts";
import { newWord, type Secrets, writeSecrets } from "./secrets.ts";
import { asAdmin } from "./seed.ts";

export interface IdentityParts {
  readonly spine: Spine;
  readonly passwords: Omit<IdentityDriver, "federation">;
  readonly config: Pick<Config, "state" | "region">;
  /** Where clients reach the cloud. */
  readonly url: string;
  readonly secrets: Secrets;
}
/** What `crunch identity bootstrap` asks for. */
export interface AskedBootstrap {
  readonly reset: boolean;
  /** The administrator's new password; absent: one is made up. */
  readonly password?: string;
}
export interface Bootstrapped {
  readonly done: readonly string[];
  /** Where the administrator's credentials are. */
  readonly openrc: string;
}
export interface Sampled {
  readonly made: readonly string[];
  /** Of the users that were made. */
  readonly password: string;
}

/** What the running program answers to `crunch identity`. */
export function identityAnswers(parts: IdentityParts) {
  let { secrets } = parts;
  const { spine, passwords, config, url } = parts;
  const bootstrap = async ({ reset, password }: AskedBootstrap): Promise<Bootstrapped> => {
    const adminPassword = password ?? (reset ? newWord() : secrets.adminPassword);
    const passwordHash = await passwords.hash(adminPassword);
    const wanted = { publicUrl: url, region: config.region, passwordHash, reset: reset || password !== undefined };
    const done = await repairIdentity(spine.write, wanted);
    secrets = { ...secrets, adminPassword };
    await writeSecrets(config.state, secrets);
    const { openrc } = await writeCredentials(config.state, url, config.region, secrets);
    return { done, openrc };
  };
  const sample = async (): Promise<Sampled> => {
    const token = await administratorToken(spine.write);
    if (!token) throw new Error("there is no administrator any more; crunch identity bootstrap puts it back");
    const password = newWord();
    return { made: await makeSample(asAdmin({ door: spine.door, token }), password), password };
  };
  return {
    "/identity/bootstrap": ({ given }: { given?: object }) => bootstrap(given as AskedBootstrap),
    "/identity/sample-data": sample,
    ...directoryAnswers({ spine, driver: passwords }),
  };
}
