import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Ajv } from "ajv";
import { type Static, Type } from "typebox";
import { parse } from "yaml";

const line = Type.String({ minLength: 1 });
const file = Type.Object(
  {
    path: Type.String({ pattern: "^/[^\\0]+$", description: "where it is in the image" }),
    content: Type.Optional(Type.String({ description: "what is in it" })),
    source: Type.Optional(
      Type.String({ minLength: 1, description: "or the file (or folder) that it is, beside the recipe" }),
    ),
    mode: Type.Optional(Type.String({ pattern: "^0?[0-7]{3,4}$", description: 'its mode in octal: "0644"' })),
  },
  { additionalProperties: false },
);

/** A recipe of an image, as its YAML file has it. */
export const recipeSchema = Type.Object(
  {
    name: Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$", description: "the image's name" }),
    base: Type.Union([Type.Literal("debian"), Type.Literal("mini")], { description: "what it begins with" }),
    release: Type.Optional(Type.String({ pattern: "^[a-z]+$", description: "Debian's release: bookworm" })),
    mirror: Type.Optional(Type.String({ pattern: "^https?://\\S+$", description: "where its packages come from" })),
    size: Type.Optional(Type.String({ pattern: "^[1-9]\\d*[MG]$", description: "the disk's size: 2G" })),
    packages: Type.Optional(Type.Array(Type.String({ pattern: "^[a-z0-9][a-z0-9+.-]+$" }))),
    files: Type.Optional(Type.Array(file)),
    run: Type.Optional(Type.Array(line, { description: "commands that run while it is built, in it" })),
    first_boot: Type.Optional(Type.Array(line, { description: "commands that run when a server of it boots first" })),
    format: Type.Optional(Type.Union([Type.Literal("qcow2"), Type.Literal("raw")])),
    visibility: Type.Optional(Type.Union([Type.Literal("private"), Type.Literal("public"), Type.Literal("community")])),
    properties: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "the image's properties" })),
  },
  { additionalProperties: false },
);
export type Recipe = Static<typeof recipeSchema>;
export interface KnownRecipe extends Recipe {
  /** The folder that `source` counts from. */
  readonly folder: string;
  /** Changes with everything that goes into the image. */
  readonly digest: string;
}

/** Reads a recipe; its errors name the key and say what it may be. */
export async function readRecipe(path: string): Promise<KnownRecipe> {
  const text = await readFile(path, "utf8").catch((why: Error) => {
    throw new Error(`the recipe cannot be read: ${why.message}`);
  });
  const recipe = valid(path, parse(text));
  const folder = dirname(resolve(path));
  const hash = createHash("sha256").update(JSON.stringify(recipe));
  for (const { source } of recipe.files ?? []) if (source) hash.update(await stamp(path, resolve(folder, source)));
  return { ...recipe, folder, digest: hash.digest("hex").slice(0, 16) };
}

function valid(path: string, given: unknown): Recipe {
  const ajv = new Ajv({ allErrors: true, verbose: true });
  if (!ajv.validate(recipeSchema, given)) {
    const [first] = ajv.errors ?? [];
    const key = first?.instancePath.slice(1).replaceAll("/", ".") || "the recipe";
    const extra = (first?.params as { additionalProperty?: string } | undefined)?.additionalProperty;
    throw new Error(`${path}: ${key} ${first?.message}${extra ? ` (${extra})` : ""}`);
  }
  const recipe = given as Recipe;
  for (const { path: at, content, source } of recipe.files ?? [])
    if ((content === undefined) === (source === undefined))
      throw new Error(`${path}: the file ${at} needs either content or source`);
  if (recipe.base === "mini" && (recipe.packages?.length || recipe.run?.length || recipe.release))
    throw new Error(`${path}: a mini image has no package manager: packages, run and release are for base: debian`);
  return recipe;
}

async function stamp(path: string, source: string): Promise<string> {
  const it = await stat(source).catch(() => {
    throw new Error(`${path}: there is no ${source}`);
  });
  return `${source} ${it.size} ${it.mtimeMs}`;
}
