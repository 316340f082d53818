import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { badRequest } from "./errors.ts";
import { at, rank, type Shapes, type Version } from "./versions.ts";

const ajv = new Ajv({
  allErrors: false,
  strict: false,
  coerceTypes: false,
  useDefaults: true,
  validateFormats: false,
  verbose: true,
});
const coercing = new Ajv({
  allErrors: false,
  strict: false,
  coerceTypes: "array",
  useDefaults: true,
  validateFormats: false,
  verbose: true,
});

const judging = new Ajv({ allErrors: false, strict: false, validateFormats: false, verbose: true });

/** A table of shapes, each compiled when its version is first spoken: takes a value or throws a 400 that says what does not fit. */
export type Shaper = (value: unknown, version: Version) => unknown;

export function shaper(shapes: Shapes<unknown> | undefined, what: "body" | "query"): Shaper | undefined {
  if (!shapes) return undefined;
  const engine = what === "query" ? coercing : ajv;
  const byVersion = new Map<Version, ValidateFunction | undefined>();
  const checkAt = (version: Version) => {
    const shape = at(shapes, version);
    const check = shape && engine.compile(shape as object); // it remembers those that it has compiled
    byVersion.set(version, check);
    return check;
  };
  return (value, version) => {
    const check = byVersion.has(version) ? byVersion.get(version) : checkAt(version);
    if (!check) return value;
    if (!check(value)) throw badRequest(sentence(check.errors?.[0], what));
    return value;
  };
}

/** The words in which Nova and its kin say it. */
function sentence(error: ErrorObject | undefined, what: "body" | "query"): string {
  if (!error) return "The request does not fit.";
  const field = error.instancePath.split("/").at(-1) ?? "";
  const shown = shownOf(error);
  if (error.keyword === "additionalProperties") {
    const name = String(error.params.additionalProperty);
    const allowed = `Additional properties are not allowed ('${name}' was unexpected)`;
    return field || what === "query"
      ? `Invalid input for ${what === "query" ? "query parameters" : "field/attribute"} ${field || name}. Value: ${shown}. ${allowed}`
      : allowed;
  }
  if (error.keyword === "required") {
    const missing = `'${String(error.params.missingProperty)}' is a required property`;
    return field ? `Invalid input for field/attribute ${field}. Value: ${shown}. ${missing}` : missing;
  }
  return `Invalid input for ${what === "query" ? "query parameters" : "field/attribute"} ${field}. Value: ${shown}. ${reason(error)}`;
}

/** Says of a value in what it differs from a schema, as Python's jsonschema puts it; undefined if it does not. */
export function judge(schema: object): (value: unknown) => string | undefined {
  const check = judging.compile(schema);
  return (value) => (check(value) ? undefined : reason(check.errors![0]!));
}

/** What is wrong with a value, beginning with the value. */
function reason(error: ErrorObject): string {
  const shown = shownOf(error);
  const said: Record<string, () => string> = {
    additionalProperties: () =>
      `Additional properties are not allowed ('${String(error.params.additionalProperty)}' was unexpected)`,
    required: () => `'${String(error.params.missingProperty)}' is a required property`,
    type: () =>
      `${shown} is not of type ${[error.params.type]
        .flat()
        .map((t) => `'${t}'`)
        .join(", ")}`,
    minLength: () => `${shown} is too short`,
    maxLength: () => `${shown} is too long`,
    pattern: () => `${shown} does not match '${String(error.params.pattern)}'`,
    enum: () => `${shown} is not one of ${python(error.params.allowedValues)}`,
    minimum: () => `${shown} is less than the minimum of ${String(error.params.limit)}`,
    maximum: () => `${shown} is greater than the maximum of ${String(error.params.limit)}`,
    minItems: () => `${shown} is too short`,
    maxItems: () => `${shown} is too long`,
    minProperties: () => `${shown} does not have enough properties`,
    maxProperties: () => `${shown} has too many properties`,
    uniqueItems: () => `${shown} has non-unique elements`,
  };
  return said[error.keyword]?.() ?? `${shown} ${error.message ?? "does not fit"}`;
}

/** What nobody should find in an error, and so in whatever log a client keeps of errors. */
const secret = /pass(word|code|phrase)$|adminpass|(^|_)secret$|^blob$|private_?key$|^token$|user_?data/i;
const masked = "'***'";

/** The value that does not fit. */
function shownOf({ instancePath, data }: ErrorObject): string {
  return instancePath.split("/").some((part) => secret.test(part)) ? masked : python(data);
}

/** A value as Python would print it, cut short. */
function python(it: unknown): string {
  const text = spell(it);
  return text.length > 500 ? `${text.slice(0, 500)}...` : text;
}

function spell(it: unknown): string {
  if (it === null || it === undefined) return "None";
  if (it === true) return "True";
  if (it === false) return "False";
  if (typeof it === "string") return `'${it}'`;
  if (Array.isArray(it)) return `[${it.map(spell).join(", ")}]`;
  if (typeof it === "object")
    return `{${Object.entries(it)
      .map(([k, v]) => `'${k}': ${secret.test(k) ? masked : spell(v)}`)
      .join(", ")}}`;
  return String(it);
}

/** Whether a version lies in a route's range. */
export function knows(version: Version, since?: Version, until?: Version): boolean {
  return (!since || rank(version) >= rank(since)) && (!until || rank(version) <= rank(until));
}
