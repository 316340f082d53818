import { forbidden, notFound } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { defaults, sensitive } from "./options.ts";

/** Options in their groups: `{ identity: { driver: "ldap" }, ldap: { url: … } }`. */
export type Config = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
/** Which part of a configuration is spoken of; the whole when neither is said. */
export interface Part {
  readonly group?: string;
  readonly option?: string;
}
/** One option of a domain as it is kept. */
export interface OptionRow {
  readonly domainId: string;
  readonly groupName: string;
  readonly option: string;
  /** Null: it is kept sealed. */
  readonly value: unknown;
  readonly sealed: string | null;
}

/** Refuses groups and options that no domain may set. */
export function supported({ group, option }: Part): void {
  if (group === undefined) return;
  const known = own(defaults, group);
  if (!known) throw invalid(`Group ${group} is not supported for domain specific configurations`);
  if (option !== undefined && !Object.hasOwn(known, option) && !isSensitive(group, option))
    throw invalid(`Option ${option} in group ${group} is not supported for domain specific configurations`);
}

/** Refuses what is no configuration. */
export function valid(config: unknown): Config {
  if (!isDict(config) || Object.keys(config).length === 0) throw invalid("No options specified");
  for (const [group, options] of Object.entries(config)) {
    if (!isDict(options) || Object.keys(options).length === 0)
      throw invalid(`The value of group ${group} specified in the config should be a dictionary of options`);
    for (const option of Object.keys(options)) supported({ group, option });
  }
  return config as Config;
}

/** What a change of one part says, as a whole configuration; refused when it speaks of anything else. */
export function changing(body: unknown, { group, option }: Part): Config {
  const config = valid(group !== undefined && option !== undefined ? { [group]: body } : body);
  supported({ group, option });
  if (group === undefined) return config;
  if (option !== undefined) {
    const said = Object.keys(config[group]!);
    if (said.length !== 1)
      throw invalid(
        `Trying to update option ${option} in group ${group}, so that, and only that, option must be specified  in the config`,
      );
    if (said[0] !== option)
      throw invalid(
        `Trying to update option ${option} in group ${group}, but config provided contains option ${said[0]} instead`,
      );
    return config;
  }
  const [first, ...more] = Object.keys(config);
  if (more.length > 0)
    throw invalid(`Trying to update group ${group}, so that, and only that, group must be specified in the config`);
  if (first !== group)
    throw invalid(`request to update group ${group}, but config provided contains group ${first} instead`);
  return config;
}

export function isSensitive(group: string, option: string): boolean {
  return own(sensitive, group)?.includes(option) ?? false;
}

export function isIn(row: Pick<OptionRow, "groupName" | "option">, { group, option }: Part): boolean {
  return (group === undefined || row.groupName === group) && (option === undefined || row.option === option);
}

/** Without what is never shown. */
export function shown(rows: readonly OptionRow[]): Config {
  const config: Record<string, Record<string, unknown>> = {};
  for (const { groupName, option, value, sealed } of rows)
    if (sealed === null) config[groupName] = { ...config[groupName], [option]: value };
  return config;
}

/** One option stands alone; of a group or the whole the groups are named. */
export function part(config: Config, { group, option }: Part): object {
  if (group === undefined) return config;
  const options = config[group] ?? {};
  return option === undefined ? { [group]: options } : { [option]: options[option] };
}

export function noConfig(domainId: string, { group, option }: Part) {
  const what = option ? `option ${option} in group ${group}` : group ? `group ${group}` : "any options";
  return notFound(`Could not find ${what} in domain configuration for domain ${domainId}.`);
}

export function invalid(reason: string) {
  return forbidden(`Invalid domain specific configuration: ${reason}.`);
}

function isDict(it: unknown): it is Record<string, unknown> {
  return typeof it === "object" && it !== null && !Array.isArray(it);
}
