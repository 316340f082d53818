import type { Join } from "#platform/store/join.ts";
import type { IdentityDriver, Look } from "../driver.ts";
import { joined } from "../kit.ts";
import { findSource } from "./directory.store.ts";

/** Tries a domain's directory with the options that it has now. Throws with a sentence where there is nothing to try. */
export async function lookInto(
  write: <T>(work: (tx: Join) => Promise<T>) => Promise<T>,
  { directories }: Pick<IdentityDriver, "directories">,
  domainName: string,
): Promise<Look> {
  const at = await write((tx) => findSource(joined(tx).db, { name: domainName }));
  if (!at)
    throw new Error(`there is no domain ${domainName}, or its users are kept here (identity.driver is not ldap)`);
  if (at.driver !== "ldap") throw new Error(`the identity driver ${at.driver} of domain ${domainName} is not known`);
  return directories.look(at);
}
