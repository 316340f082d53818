import * as fc from "fast-check";

/**
 * Values that nobody should send. Those between @ are written out when a request is rendered (wire.ts), so that a
 * counterexample stays readable: "@deep[@" is an array in an array, ten thousand times.
 */
const leaves: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  -0.5,
  1e308,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  "",
  " ",
  "0",
  "-1",
  "NaN",
  "Infinity",
  "99999999999999999999",
  "1e400",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\u202egnp.exe",
  "مرحبا",
  "💥".repeat(100),
  "é\u0301",
  "\ufeff",
  "a\r\nX-Evil: 1",
  "' or 1=1 --",
  "%s%n%d",
  "{{7*7}}",
  "$(reboot)",
  "../../../../etc/passwd",
  "__proto__",
  "constructor",
  "(a+)+$",
  "[",
  "a".repeat(256),
  "a".repeat(70_000),
  [],
  [[]],
  {},
  [null],
  { constructor: { prototype: { polluted: true } } },
  "@huge@",
  "@colons@",
  "@digits@",
  "@letters@",
  "@blanks@",
  "@dashes@",
  "@many@",
  "@wide@",
  "@deep[@",
  "@deep{@",
  "@twice@",
  "@proto@",
  "@number:1e400@",
  "@number:-0@",
  "@number:123456789012345678901234567890@",
  "@number:1.0@",
];

/** Long texts that nearly fit: what a pattern that tries all ways to part them never ends with. */
export const endless = (length: number) => ({
  colons: `${":".repeat(length)}!`,
  digits: `${"1".repeat(length)}!`,
  letters: `${"a".repeat(length)}!`,
  blanks: `a${" ".repeat(length)}!`,
  dashes: `a${"-a".repeat(length / 2)}!`,
});

export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...leaves) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);

export const nastyText = fc.oneof(
  fc.constantFrom(...leaves.filter((it) => typeof it === "string" && !it.startsWith("@") && it.length < 1000)),
  fc.string({ unit: "binary", maxLength: 10 }),
) as fc.Arbitrary<string>;

export const nastyKey = fc.constantFrom(
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "",
  "a.b",
  "a'b",
  "\u0000",
  "\ud800",
  "length",
  "0",
  "extra",
  "then",
  "toJSON",
);

/** Parts of a path, as they stand in it. */
export const nastyPart = fc.constantFrom(
  "..",
  ".",
  "%2e%2e",
  "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
  "%00",
  "a%00b",
  "%",
  "%zz",
  "%c0%af",
  "%ED%A0%80",
  "%E2%80%AE",
  "%F0%9F%92%A5",
  "%20",
  "%2F",
  "%25",
  "%0d%0aX-Evil:%201",
  "__proto__",
  "constructor",
  "null",
  "undefined",
  "-1",
  "0",
  "1",
  "1.5",
  "99999999999",
  "999999999999999999999999",
  "'%20or%201=1--",
  ";",
  "*",
  "detail",
  "a".repeat(256),
  "a".repeat(511),
  "a".repeat(600),
  "a".repeat(8000),
  "0F0E0D0C-0B0A-4908-8706-050403020100",
  "0f0e0d0c-0b0a-4908-8706-050403020100",
  "0f0e0d0c0b0a49088706050403020100",
);

interface Change {
  readonly where: number;
  readonly how: "replace" | "drop" | "add" | "wrap" | "list";
  readonly key: string;
  readonly value: unknown;
}

/** One to three changes to a value, each somewhere in it. */
export function mutated(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change: fc.Arbitrary<Change> = fc.record({
    where: fc.nat(10_000),
    how: fc.constantFrom("replace", "replace", "replace", "drop", "add", "wrap", "list"),
    key: nastyKey,
    value: nasty,
  });
  return fc
    .tuple(
      value,
      fc.oneof(fc.array(change, { minLength: 1, maxLength: 1 }), fc.array(change, { minLength: 1, maxLength: 3 })),
    )
    .map(([it, changes]) => changes.reduce(changed, it));
}

type Step = readonly (string | number)[];

function changed(whole: unknown, change: Change): unknown {
  const steps = stepsOf(whole);
  const at = steps.at(-1 - (change.where % Math.max(1, steps.length - 1)))!; // the whole only where it is all there is
  return put(whole, at, change);
}

function stepsOf(it: unknown, here: Step = []): Step[] {
  if (typeof it !== "object" || it === null) return [here];
  return [here, ...Object.entries(it).flatMap(([k, v]) => stepsOf(v, [...here, k]))];
}

function put(it: unknown, [key, ...rest]: Step, change: Change): unknown {
  if (key === undefined) return altered(it, change);
  const copy = Array.isArray(it) ? [...it] : { ...(it as object) };
  const inner = (it as Record<string, unknown>)[key];
  if (rest.length === 0 && change.how === "drop") delete (copy as Record<string, unknown>)[key];
  else set(copy, String(key), put(inner, rest, change));
  return copy;
}

function altered(it: unknown, { how, key, value }: Change): unknown {
  if (how === "wrap") return set({}, key, it);
  if (how === "list") return [it, it];
  if (how === "add" && typeof it === "object" && it !== null && !Array.isArray(it)) return set({ ...it }, key, value);
  return value;
}

/** As an own property, whatever its name is. */
function set(on: object, key: string, value: unknown): object {
  return Object.defineProperty(on, key, { value, enumerable: true, configurable: true, writable: true });
}
