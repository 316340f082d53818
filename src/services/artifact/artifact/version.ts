/** A semantic version, and what it sorts by. */
export interface SemanticVersion {
  readonly version: string;
  readonly versionKey: string;
}
const largest = 65535;

/**
 * Reads what is meant by "1", "v"-less "2.0-beta" or "1.2.3+build": missing parts are zero, as users of Glare know it. Throws an
 * Error that says why it is none.
 */
export function readVersion(text: string): SemanticVersion {
  const [base] = /^\d+(?:\.\d+(?:\.\d+)?)?/.exec(text) ?? [];
  if (base === undefined) throw new Error(`Version string lacks a numerical component: '${text}'`);
  const numbers = [...base.split("."), "0", "0"].slice(0, 3).map(Number);
  if (numbers.some((one) => one > largest)) throw new Error(`Version component is too large (${largest} max)`);
  const { before, build } = suffixes(text.slice(base.length).replace(/[^a-zA-Z0-9+.-]/g, "-"));
  for (const part of [...before, ...build]) if (part === "") throw new Error(`Invalid version string: '${text}'`);
  if (before.some((part) => /^0\d+$/.test(part))) throw new Error(`Invalid leading zero in identifier: '${text}'`);
  const version = `${numbers.join(".")}${before.length ? `-${before.join(".")}` : ""}${build.length ? `+${build.join(".")}` : ""}`;
  if (version.length > 255) throw new Error("Version string is longer than 255 characters");
  return { version, versionKey: keyOf(numbers, before) };
}

/** What stands behind the numbers: identifiers of what comes before the release, and of the build. */
function suffixes(rest: string): { before: string[]; build: string[] } {
  if (rest === "") return { before: [], build: [] };
  if (rest.startsWith(".") || rest.startsWith("+")) return { before: [], build: identifiers(rest.slice(1)) };
  const [before = "", ...build] = rest.replace(/^-/, "").split("+");
  return { before: identifiers(before), build: build.length ? identifiers(build.join(".")) : [] };
}

function identifiers(text: string): string[] {
  return text.replaceAll("+", ".").split(".");
}

/**
 * Text whose order of bytes is the order of versions: a release comes after what came before it, numbers before words, and of
 * two that begin alike the shorter one first.
 */
function keyOf(numbers: readonly number[], before: readonly string[]): string {
  const key = numbers.map((one) => String(one).padStart(5, "0")).join(".");
  if (before.length === 0) return `${key}~`;
  return `${key}-${before.map((one) => (/^\d+$/.test(one) ? numeric(one) : `1${one}!`)).join("")}`;
}

function numeric(digits: string): string {
  return `0${String(digits.length).padStart(3, "0")}${digits}!`;
}
