import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Ajv, type ErrorObject } from "ajv";
import { type Static, type TSchema, Type } from "typebox";
import { parse } from "yaml";
import { hashSource, type Source } from "./source.ts";

const line = Type.String({ minLength: 1, description: "a command" });
const optional = <T extends TSchema>(type: T) => Type.Optional(type);
const oneOf = <T extends string>(...words: T[]) => Type.Unsafe<T>({ enum: words, description: words.join(" or ") });
const url = (what: string) => Type.String({ pattern: "^https?://\\S+$", description: `the URL of ${what}` });
const file = Type.Object(
  {
    path: Type.String({
      pattern: '^(/(?!\\.{1,2}(/|$))[^/\\u0000-\\u001f\\u007f"\\\\]+)+$',
      description: 'a whole path in the image without "..", quotes and control characters: /etc/motd',
    }),
    content: optional(Type.String({ description: "the text that is in it" })),
    source: optional(Type.String({ minLength: 1, description: "a file or folder beside the recipe" })),
    mode: optional(Type.String({ pattern: "^0?[0-7]{3,4}$", description: 'octal and in quotes: "0644"' })),
  },
  { additionalProperties: false, description: "a file: path, and content or source" },
);

/** A recipe of an image, as its YAML file has it. */
export const recipeSchema = Type.Object(
  {
    name: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$",
      description: "the image's name, of letters, digits, dots and dashes",
    }),
    base: oneOf("debian", "mini"),
    release: optional(Type.String({ pattern: "^[a-z]+$", description: "the name of a release of Debian: bookworm" })),
    mirror: optional(url("a mirror of Debian")),
    security: optional(url("a mirror of Debian's security updates")),
    size: optional(Type.String({ pattern: "^[1-9]\\d{0,6}[MG]$", description: "a disk's size: 800M or 2G" })),
    packages: optional(
      Type.Array(Type.String({ pattern: "^[a-z0-9][a-z0-9+.-]+$", description: "the name of a package of Debian" })),
    ),
    files: optional(Type.Array(file)),
    run: optional(Type.Array(line)),
    first_boot: optional(Type.Array(line)),
    format: optional(oneOf("qcow2", "raw")),
    visibility: optional(oneOf("private", "public", "community")),
    properties: optional(Type.Record(Type.String(), Type.String({ description: "text (in quotes, if need be)" }))),
  },
  { additionalProperties: false, description: "a mapping of keys" },
);
const check = new Ajv({ verbose: true }).compile(recipeSchema);
export type Recipe = Static<typeof recipeSchema>;
export interface KnownRecipe extends Recipe {
  /** What `source` names, by `source`. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Changes with everything that its registered image is made of. */
  readonly digest: string;
}

const onlyDebian = ["release", "mirror", "security", "size", "packages", "run"] as const;

/** Reads a recipe; its errors name the key and say what it may be. */
export async function readRecipe(path: string): Promise<KnownRecipe> {
  const text = await readFile(path, "utf8").catch((why: Error) => {
    throw new Error(`the recipe cannot be read: ${why.message}`);
  });
  const refuse = (why: string): never => {
    throw new Error(`${path}: ${why}`);
  };
  const recipe = valid(yaml(text, refuse), refuse);
  const sources = new Map<string, Source>();
  for (const [at, { source }] of (recipe.files ?? []).entries())
    if (source) {
      const known = hashSource(dirname(resolve(path)), source);
      sources.set(source, await known.catch((why: Error) => refuse(`files.${at}.source: ${why.message}`)));
    }
  return {
    ...recipe,
    sources,
    digest: digest(
      recipe,
      [...sources.values()].map(({ hash }) => hash),
    ),
  };
}

function yaml(text: string, refuse: (why: string) => never): unknown {
  try {
    return parse(text);
  } catch (why) {
    return refuse(`this is no YAML: ${(why as Error).message.split("\n")[0]}`);
  }
}

function valid(given: unknown, refuse: (why: string) => never): Recipe {
  if (!check(given)) return refuse(explain(check.errors![0]!));
  const recipe = given as Recipe;
  for (const [at, { content, source }] of (recipe.files ?? []).entries())
    if ((content === undefined) === (source === undefined))
      refuse(`files.${at} needs either content or source (its path is ${recipe.files![at]!.path})`);
  const foreign = recipe.base === "mini" && onlyDebian.find((key) => recipe[key] !== undefined);
  if (foreign) refuse(`${foreign} is for base: debian: a mini image has one size and no package manager`);
  return recipe;
}

function explain({ instancePath, keyword, params, data, parentSchema }: ErrorObject): string {
  const key = instancePath.slice(1).replaceAll("/", ".");
  const named = (word: string) => (key ? `${key}.${word}` : word);
  const known = Object.keys((parentSchema as { properties?: object }).properties ?? {}).join(", ");
  if (keyword === "additionalProperties") return `there is no key ${named(params.additionalProperty)} (keys: ${known})`;
  if (keyword === "required") return `${named(params.missingProperty)} is missing`;
  const wanted = parentSchema?.description ?? (parentSchema?.type === "array" ? "a list" : `of type ${params.type}`);
  return `${key || "the recipe"} must be ${wanted}, and is ${JSON.stringify(data)?.slice(0, 100)}`;
}

export function mebibytes(size: string): number {
  return Number.parseInt(size, 10) * (size.endsWith("G") ? 1024 : 1);
}

/** A short name of all these parts together. */
export function digest(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
