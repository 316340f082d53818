import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { Type } from "typebox";
import { parse } from "yaml";
import { ConfigError, type Settings } from "#platform/config/config.ts";
import type { OpenidProvider } from "./driver.ts";

const text = Type.String({ minLength: 1 });
const shape = Type.Record(
  Type.String(),
  Type.Object(
    {
      issuer: Type.String({ pattern: "^https?://" }),
      client_id: text,
      client_secret: Type.Optional(text),
      audiences: Type.Optional(Type.Array(text, { minItems: 1 })),
      scope: Type.Optional(text),
    },
    { additionalProperties: false },
  ),
);
interface Given {
  readonly issuer: string;
  readonly client_id: string;
  readonly client_secret?: string;
  readonly audiences?: readonly string[];
  readonly scope?: string;
}

/** How identity providers are reached, by their ids, as the configuration's file says. Its errors name the key. */
export function providersOf({ "identity-providers": file }: Settings): Readonly<Record<string, OpenidProvider>> {
  if (!file) return {};
  const given: unknown = read(file) ?? {};
  const ajv = new Ajv({ allErrors: true });
  if (!ajv.validate(shape, given)) {
    const [first] = ajv.errors ?? [];
    throw new ConfigError(`identity-providers (${file}): ${first?.instancePath.slice(1) || "it"} ${first?.message}`);
  }
  return Object.fromEntries(Object.entries(given as Record<string, Given>).map(([id, it]) => [id, provider(it)]));
}

function read(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (why) {
    throw new ConfigError(`identity-providers: ${file} cannot be read: ${(why as Error).message}`);
  }
}

function provider({ issuer, client_id: clientId, client_secret: clientSecret, ...more }: Given): OpenidProvider {
  return { issuer, clientId, ...(clientSecret && { clientSecret }), ...more };
}
