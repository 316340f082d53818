import { readFile } from "node:fs/promises";
import { SUFFIX } from "./forest.ts";
import { PASSWORD } from "./people.ts";

const guide = new URL("../../../docs/guides/directories.md", import.meta.url);
type Options = Readonly<Record<string, unknown>>;

/** A domain's configuration with the guide's example of Active Directory: as it stands there, but for the password. */
export async function example(more: Options = {}) {
  const [, text] = /```json\n(\{ "config":.*?)```/s.exec(await readFile(guide, "utf8")) ?? [];
  if (!text) throw new Error("the guide has no example of Active Directory any more");
  const { config } = JSON.parse(text) as { config: { identity: Options; ldap: Options } };
  return { config: { ...config, ldap: { ...config.ldap, password: PASSWORD, ...more } } };
}

/** Another way to the same people: StartTLS, from the root of the domain, known by their common names. */
export const byName: Options = {
  url: "ldap://dc1.corp.example.org",
  use_tls: true,
  user: "reader@corp.example.org",
  user_tree_dn: SUFFIX,
  user_objectclass: "user",
  user_filter: "(objectCategory=person)",
  user_id_attribute: "cn",
  user_name_attribute: "cn",
  group_tree_dn: SUFFIX,
  group_id_attribute: "cn",
};
/** By their accounts' names, in one level of the tree. */
export const byAccount: Options = {
  user_tree_dn: `OU=Sales,OU=People,${SUFFIX}`,
  query_scope: "one",
  user_objectclass: "person",
  user_id_attribute: "sAMAccountName",
  group_id_attribute: "sAMAccountName",
  group_ad_nesting: false,
};
