import { splitDn } from "./dn.ts";
import { type Options, type Reader, reader, unusable } from "./options.ts";

/** How one kind of entry is found and read. */
export interface Tree {
  readonly base: string;
  readonly objectClass: string;
  /** An own filter, beside the object class. */
  readonly filter: string | undefined;
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  /** More attributes by the names under which the API shows them. */
  readonly more: Readonly<Record<string, string>>;
}
export interface UserTree extends Tree {
  readonly mail: string | undefined;
  readonly defaultProject: string | undefined;
  readonly enabled: Enabled;
}
export interface GroupTree extends Tree, Membership {
  readonly nested: boolean;
}
export interface Membership {
  readonly member: string;
  /** Members are named by their ids, not by their DNs. */
  readonly byId: boolean;
}
/** Where it stands whether a user is enabled. */
export type Enabled =
  | { readonly by: "nothing" }
  | { readonly by: "flag"; readonly attribute: string; readonly otherwise: boolean; readonly invert: boolean }
  | { readonly by: "mask"; readonly attribute: string; readonly otherwise: number; readonly mask: number }
  | { readonly by: "group"; readonly dn: string; readonly membership: Membership };
export interface PoolSize {
  readonly size: number;
  /** Milliseconds until a connection is replaced; 0: it serves once. */
  readonly lifetime: number;
}
export interface Settings {
  readonly urls: readonly string[];
  readonly bind: { readonly dn: string; readonly password: string } | undefined;
  readonly scope: "one" | "sub";
  /** Entries in one page of an answer; 0: no pages. */
  readonly pageSize: number;
  readonly aliases: "never" | "search" | "find" | "always";
  /** Whether referrals to other servers matter. */
  readonly whole: boolean;
  readonly tls: { readonly start: boolean; readonly file?: string; readonly folder?: string; readonly verify: boolean };
  readonly users: UserTree;
  readonly groups: GroupTree;
  readonly searches: PoolSize;
  readonly logins: PoolSize;
  /** Milliseconds that a connection may take to open. */
  readonly connectTimeout: number;
  readonly tries: number;
  readonly pause: number;
}

const CONNECT_TIMEOUT = 3;
const aliases = { default: "never", never: "never", searching: "search", finding: "find", always: "always" } as const;

/** Makes sense of a domain's options; refuses with a sentence that names the option which has none. */
export function readSettings(options: Options): Settings {
  const of = reader(options);
  const suffix = of.text("suffix") ?? "";
  const users = of.text("user_tree_dn") ?? `ou=Users,${suffix}`;
  const pooled = of.flag("use_pool");
  return {
    urls: urls(of),
    bind: credentials(of),
    scope: of.choice("query_scope", ["one", "sub"]),
    pageSize: of.number("page_size") ?? 0,
    aliases: aliases[of.choice("alias_dereferencing", Object.keys(aliases) as (keyof typeof aliases)[])],
    whole: of.flag("chase_referrals"),
    tls: {
      start: of.flag("use_tls"),
      file: of.text("tls_cacertfile"),
      folder: of.text("tls_cacertdir"),
      verify: of.choice("tls_req_cert", ["demand", "allow", "never"]) === "demand",
    },
    users: {
      ...tree(of, "user", dn("user_tree_dn", users)),
      description: of.text("user_description_attribute"),
      mail: of.text("user_mail_attribute"),
      defaultProject: ignores(of, "default_project_id") ? undefined : of.text("user_default_project_id_attribute"),
      enabled: enabled(of, users),
    },
    groups: {
      ...tree(of, "group", dn("group_tree_dn", of.text("group_tree_dn") ?? `ou=UserGroups,${suffix}`)),
      ...membership(of),
      description: of.text("group_desc_attribute"),
      nested: of.flag("group_ad_nesting"),
    },
    searches: { size: of.number("pool_size") ?? 10, lifetime: pooled ? of.seconds("pool_connection_lifetime") : 0 },
    logins: {
      size: of.number("auth_pool_size") ?? 100,
      lifetime: pooled && of.flag("use_auth_pool") ? of.seconds("auth_pool_connection_lifetime") : 0,
    },
    connectTimeout: patience(of, pooled),
    tries: Math.max(1, (pooled ? of.number("pool_retry_max") : 1) ?? 1),
    pause: of.seconds("pool_retry_delay"),
  };
}

function urls(of: Reader): readonly string[] {
  const all = of.list("url");
  if (all.length === 0) throw unusable("url", "names no server");
  if (of.flag("use_tls") && all.some((one) => /^ldaps:/i.test(one)))
    throw unusable("use_tls", "is for ldap:// only: ldaps:// is encrypted from its beginning");
  for (const one of all)
    if (!/^ldaps?:\/\/[^/?#]*\/?$/i.test(one)) throw unusable("url", "is not like ldap://host:389");
  return all;
}

function credentials(of: Reader) {
  const [user, password] = [of.text("user"), of.text("password")];
  return user && password ? { dn: user, password } : undefined;
}

function dn(option: string, text: string): string {
  if (!splitDn(text)) throw unusable(option, "is no distinguished name");
  return text;
}

function tree(of: Reader, kind: "user" | "group", base: string) {
  return {
    base,
    objectClass: of.needed(`${kind}_objectclass`),
    filter: of.text(`${kind}_filter`),
    id: of.needed(`${kind}_id_attribute`),
    name: of.needed(`${kind}_name_attribute`),
    more: mapping(of, `${kind}_additional_attribute_mapping`),
  };
}

/** "attribute:name" pairs. */
function mapping(of: Reader, option: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    of.list(option).map((pair) => {
      const [attribute, name, ...rest] = pair.split(":");
      if (!attribute || !name || rest.length > 0) throw unusable(option, "is not a list of attribute:name");
      return [name, attribute];
    }),
  );
}

function membership(of: Reader): Membership {
  return { member: of.needed("group_member_attribute"), byId: of.flag("group_members_are_ids") };
}

function enabled(of: Reader, users: string): Enabled {
  if (ignores(of, "enabled")) return { by: "nothing" };
  if (of.flag("user_enabled_emulation")) {
    const own = of.flag("user_enabled_emulation_use_group_config");
    return {
      by: "group",
      dn: dn("user_enabled_emulation_dn", of.text("user_enabled_emulation_dn") ?? `cn=enabled_users,${users}`),
      membership: own ? membership(of) : { member: "member", byId: false },
    };
  }
  const attribute = of.needed("user_enabled_attribute");
  const mask = of.number("user_enabled_mask") ?? 0;
  if (mask !== 0) return { by: "mask", attribute, otherwise: of.number("user_enabled_default") ?? 0, mask };
  const otherwise = of.needed("user_enabled_default").toLowerCase() === "true";
  return { by: "flag", attribute, otherwise, invert: of.flag("user_enabled_invert") };
}

function ignores(of: Reader, field: string): boolean {
  return of.list("user_attribute_ignore").includes(field);
}

/** Nothing waits for ever, whatever the options say. */
function patience(of: Reader, pooled: boolean): number {
  const given = (pooled ? of.number("pool_connection_timeout") : undefined) ?? -1;
  const plain = of.number("connection_timeout") ?? -1;
  return 1000 * ([given, plain].find((one) => one > 0) ?? CONNECT_TIMEOUT);
}
