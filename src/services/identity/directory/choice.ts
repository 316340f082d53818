import { defaults } from "../domain-config/options.ts";
import type { Directory } from "../driver.ts";

/** Where a domain's users and groups are kept. */
export interface Choice {
  readonly users: string;
  readonly groups: string;
}
/** An option of a domain, with its secrets in plain text. */
export interface Said {
  readonly groupName: string;
  readonly option: string;
  readonly value: unknown;
}
/** What `driver` is, where users are kept in our own tables. */
const HERE = "sql";

/** What a domain's own options say of it: here, where nothing is said. */
export function choiceOf(options: readonly Said[]): Choice {
  const users = text(options, "driver") ?? HERE;
  return { users, groups: text(options, "group_driver") === HERE ? HERE : users };
}

export const isHere = (kept: string) => kept === HERE;

/** A domain that keeps its users elsewhere. */
export interface Source extends Directory {
  readonly driver: string;
  /** Whether somebody there has been seen: it has users that would be missed. */
  readonly known: boolean;
  /** How many entries a list of this domain shows at most. */
  readonly limit: number;
}

export function sourceOf(
  domain: { readonly domainId: string; readonly domainName: string; readonly known: boolean },
  options: readonly Said[],
): Source | undefined {
  const { users, groups } = choiceOf(options);
  if (isHere(users)) return undefined;
  const own = options.filter((one) => one.groupName === "ldap").map((one) => [one.option, one.value] as const);
  const secrets = Object.fromEntries(own.filter(([key]) => key === "password"));
  const filled = own.map(([key, value]) => [key, typeof value === "string" ? filledIn(value, secrets) : value]);
  const { domainId, domainName, known } = domain;
  const limit = Number(said(options, "list_limit") ?? 0);
  const ldap = { ...defaults.ldap, ...Object.fromEntries(filled), ...secrets };
  const whole = !Number.isInteger(limit) || limit <= 0;
  return {
    ...{ domainId, domainName, known, driver: users, options: ldap, groups: !isHere(groups) },
    limit: whole ? Number.POSITIVE_INFINITY : limit,
  };
}

/** `%(password)s` in an option stands for the password, and %% for a percent sign beside it. */
function filledIn(value: string, secrets: Readonly<Record<string, unknown>>): string {
  if (!value.includes("%(")) return value;
  return value.replace(/%\((\w+)\)s|%%/g, (all, key?: string) =>
    key === undefined ? "%" : Object.hasOwn(secrets, key) ? String(secrets[key]) : all,
  );
}

function text(options: readonly Said[], option: string): string | undefined {
  const value = said(options, option);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function said(options: readonly Said[], option: string): unknown {
  return options.find((one) => one.groupName === "identity" && one.option === option)?.value;
}
