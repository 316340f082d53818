import type { Spine } from "#platform/spine.ts";
import { administratorToken } from "#services/identity/administrator.ts";
import { lookInto } from "#services/identity/directory/look.work.ts";
import { defaults, sensitive } from "#services/identity/domain-config/options.ts";
import type { IdentityDriver, Look } from "#services/identity/driver.ts";
import { type Ask, asAdmin } from "./seed.ts";

/** What `crunch identity directory` asks for. */
export interface AskedDirectory {
  readonly domain: string;
  /** The text of a keystone.<domain>.conf. */
  readonly text?: string;
}
export interface Loaded {
  readonly taken: readonly string[];
  /** Options that no domain can set for itself. */
  readonly left: readonly string[];
}
type Options = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What the running program answers to it. */
export function directoryAnswers({
  spine,
  driver,
}: {
  readonly spine: Spine;
  readonly driver: Pick<IdentityDriver, "directories">;
}) {
  const load = async ({ domain, text = "" }: AskedDirectory): Promise<Loaded> => {
    const token = await administratorToken(spine.write);
    if (!token) throw new Error("there is no administrator any more; crunch identity bootstrap puts it back");
    return loadDomain(asAdmin({ door: spine.door, token }), domain, text);
  };
  return {
    "/identity/directory/test": ({ given }: { given?: object }): Promise<Look> =>
      lookInto(spine.write, driver, (given as AskedDirectory).domain),
    "/identity/directory/load": ({ given }: { given?: object }) => load(given as AskedDirectory),
  };
}

/** A domain takes what the text of its file says, and nothing else. */
export async function loadDomain(ask: Ask, domain: string, text: string): Promise<Loaded> {
  const name = encodeURIComponent(domain);
  const { domains } = await ask<{ domains: { id: string }[] }>("GET", `/identity/v3/domains?name=${name}`);
  if (!domains[0]) throw new Error(`there is no domain ${domain}`);
  const { config, taken, left } = supported(readConf(text));
  if (taken.length === 0) throw new Error("there is nothing in that file that a domain can set for itself");
  await ask("PUT", `/identity/v3/domains/${domains[0].id}/config`, { config });
  return { taken, left };
}

/** Sections and options of a configuration file as OpenStack writes them; a line that begins with a space goes on with the last. */
export function readConf(text: string): Options {
  const options: Record<string, Record<string, string>> = {};
  let [section, last] = ["DEFAULT", ""];
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const head = /^\[(.+)\]\s*$/.exec(line);
    const pair = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    const own = options[section] ?? {};
    if (head) section = head[1]!;
    else if (/^\s/.test(line) && last in own) own[last] += ` ${line.trim()}`;
    else if (pair) {
      last = pair[1]!;
      options[section] = { ...own, [last]: pair[2]! };
    } else throw new Error(`no line of a configuration file: ${line}`);
  }
  return options;
}

function supported(all: Options) {
  const config: Record<string, Record<string, string>> = {};
  const [taken, left]: [string[], string[]] = [[], []];
  for (const [group, options] of Object.entries(all))
    for (const [option, value] of Object.entries(options)) {
      const known = option in (defaults[group] ?? {}) || sensitive[group]?.includes(option);
      (known ? taken : left).push(`${group}.${option}`);
      if (known) config[group] = { ...config[group], [option]: value };
    }
  return { config, taken, left };
}
