import { readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import ipaddr from "ipaddr.js";
import { type Static, Type } from "typebox";
import { parse } from "yaml";
import { identityKeys } from "./identity-keys.ts";
import { imageKeys } from "./image-keys.ts";
import { volumeKeys } from "./volume-keys.ts";

const text = (description: string, more = {}) => Type.Optional(Type.String({ description, minLength: 1, ...more }));
/** Every key of the configuration: flag --log-level, environment CRUNCH_LOG_LEVEL and file key log-level are the same one. */
export const configSchema = Type.Object(
  {
    state: text("folder for all that Crunch keeps"),
    listen: text("address to listen on"),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: "port to listen on" })),
    "public-url": text("how clients reach this cloud, for the catalogue", { pattern: "^https?://[^/ ]+$" }),
    database: text("a PostgreSQL server to use instead of an own one", { pattern: "^(postgres(ql)?://|socket:)" }),
    simulated: Type.Optional(
      Type.Boolean({ description: "a whole cloud with no metal: for tests of what speaks OpenStack" }),
    ),
    hosts: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: "how many hosts to simulate" })),
    world: text("folder of the simulated world, <state>/world if absent; programs that share a database share it"),
    "host-name": text("the name of this host in the cloud", { pattern: "^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,62})$" }),
    prefix: text(
      "what bridges, namespaces and devices on this host are named with; two clouds on one host need two, and the kernel datapath or a network namespace each",
      {
        pattern: "^[a-z][a-z0-9]{0,7}$",
      },
    ),
    "ovn-northbound": text(
      "socket of the northbound database of an OVN that runs here already, to use instead of an own one",
    ),
    "ovn-southbound": text("socket of its southbound database"),
    "ovs-database": text("socket of its Open vSwitch's database on this host"),
    region: text("name of the region"),
    policy: text("file that overrides policy checks (YAML: rule name, check)"),
    "trusted-proxies": text("proxies whose X-Forwarded-For is believed: addresses and prefixes, with commas", {
      format: "addresses and prefixes",
    }),
    "identity-providers": text("file (YAML) that says how identity providers are reached, by their ids"),
    "trusted-dashboards": text("dashboards that browsers may bring tokens to, with commas: their websso URLs", {
      pattern: "^https?://[^, ]+(,https?://[^, ]+)*$",
    }),
    ...identityKeys,
    "login-failures": Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: "failed logins to an account from one address before it has to wait between them",
      }),
    ),
    "login-pause": Type.Optional(
      Type.Integer({ minimum: 0, maximum: 3600, description: "the longest such wait in seconds; 0: none at all" }),
    ),
    ...imageKeys,
    ...volumeKeys,
    secret: text("what secrets at rest are sealed with; processes that share a database must share it", {
      minLength: 16,
    }),
    external: text("address and prefix of this host on the external network, which floating IPs come from", {
      pattern: "^\\d+\\.\\d+\\.\\d+\\.\\d+/\\d+$",
    }),
    "log-level": Type.Optional(
      Type.Union(
        ["trace", "debug", "info", "warn", "error", "silent"].map((l) => Type.Literal(l)),
        { description: "how much to log" },
      ),
    ),
    "log-file": text("where to log; - is standard error"),
  },
  { additionalProperties: false },
);
type Given = Static<typeof configSchema>;
/** What services are told of the configuration; what nobody has set is absent. */
export type Settings = Readonly<Partial<Omit<Given, "log-level" | "secret" | "database">>>;
type Optional =
  | Exclude<keyof typeof identityKeys, "token-provider">
  | keyof typeof imageKeys
  | keyof typeof volumeKeys
  | "database"
  | "world"
  | "policy"
  | "trusted-proxies"
  | "public-url"
  | "secret"
  | "ovn-northbound"
  | "ovn-southbound"
  | "ovs-database";
export type Config = Required<Omit<Given, Optional | "log-level">> &
  Pick<Given, Optional> & { readonly "log-level": string };

export class ConfigError extends Error {}

/** Flags over environment over file over defaults; throws a ConfigError that names the key and where it stands. */
export function readConfig(flags: Readonly<Record<string, unknown>>, env: NodeJS.ProcessEnv, root: boolean): Config {
  const file = (flags.config ?? env.CRUNCH_CONFIG) as string | undefined;
  const sources: [string, Record<string, unknown>][] = [
    [`in ${file}`, file ? fromFile(file) : {}],
    ["in the environment (CRUNCH_…)", fromEnv(env)],
    ["on the command line", fromFlags(flags)],
  ];
  for (const [where, given] of sources) validate(given, where);
  const given = Object.assign({}, ...sources.map(([, g]) => g)) as Given;
  return { ...defaults(given, env, root), ...given } as Config;
}

function defaults({ simulated }: Given, env: NodeJS.ProcessEnv, root: boolean) {
  const home = env.XDG_STATE_HOME ?? join(homedir(), ".local", "state");
  return {
    state: root ? "/var/lib/crunch" : join(home, "crunch"),
    listen: "127.0.0.1",
    port: 5000,
    simulated: simulated ?? false,
    hosts: 1,
    "host-name": hostname().split(".")[0] || "host",
    prefix: "crunch",
    region: "RegionOne",
    external: "172.24.4.1/24",
    "token-provider": "fernet",
    "login-failures": 5,
    "login-pause": 60,
    "log-level": "info",
    "log-file": "",
  };
}

const keys = Object.keys(configSchema.properties);

function fromFile(file: string): Record<string, unknown> {
  try {
    return (parse(readFileSync(file, "utf8")) ?? {}) as Record<string, unknown>;
  } catch (why) {
    throw new ConfigError(`the configuration file ${file} cannot be read: ${(why as Error).message}`);
  }
}

function fromEnv(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const named = keys.map((key) => [key, env[`CRUNCH_${key.toUpperCase().replaceAll("-", "_")}`]] as const);
  return Object.fromEntries(
    named.filter(([, v]) => v !== undefined && v !== "").map(([k, v]) => [k, typed(k, v as string)]),
  );
}

function fromFlags(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kebab = (k: string) => k.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  const named = Object.entries(flags).map(([k, v]) => [kebab(k), v] as const);
  return Object.fromEntries(
    named.filter(([k, v]) => keys.includes(k) && v !== undefined).map(([k, v]) => [k, typed(k, v)]),
  );
}

function typed(key: string, value: unknown): unknown {
  const { type } = configSchema.properties[key as keyof Given] as { type?: string };
  if (type === "integer" && /^\d+$/.test(String(value))) return Number(value);
  if (type === "array" || type === "object") return fromYaml(value);
  if (type === "boolean" && /^(true|false|1|0|yes|no)$/i.test(String(value)))
    return /^(true|1|yes)$/i.test(String(value));
  return value;
}

/** What is no YAML is refused as what it is: text. */
function fromYaml(value: unknown): unknown {
  try {
    return parse(String(value));
  } catch {
    return value;
  }
}

const check = new Ajv({ strict: false, formats: { regex: isRegex, "addresses and prefixes": areNetworks } }).compile(
  configSchema,
);

function areNetworks(text: string): boolean {
  return text.split(",").every((one) => ipaddr.isValid(one) || ipaddr.isValidCIDR(one));
}

function isRegex(text: string): boolean {
  try {
    return Boolean(new RegExp(text, "u"));
  } catch {
    return false;
  }
}

function validate(given: unknown, where: string): void {
  if (check(given)) return;
  const [error] = check.errors ?? [];
  const more: unknown = error?.params.additionalProperty;
  const key = `${error?.instancePath ?? ""}${more ? `/${more}` : ""}`.slice(1);
  const why = error?.keyword === "additionalProperties" ? "there is no such key" : error?.message;
  throw new ConfigError(`configuration ${where}: ${key}: ${why}`);
}
