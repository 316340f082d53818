/** A figure with what it is held against. */
export interface Row {
  readonly part: string;
  readonly what: string;
  /** Under what load: "8 connections". */
  readonly at?: string;
  readonly value: number;
  readonly unit: string;
  /** Whether more is better; less otherwise. */
  readonly more: boolean;
  /** What was measured beside it, in the same run. */
  readonly beside?: { readonly what: string; readonly value: number };
  /** What the reference does. */
  readonly reference?: { readonly value: number; readonly from: string };
  readonly aim?: Aim;
  /** Whatever else explains the figure: percentiles, processor time. */
  readonly detail?: Readonly<Record<string, number | string>>;
}
/** "reference": so many times better than it. "beside": at most so many times worse. "value": the figure itself. */
export interface Aim {
  readonly against: "reference" | "beside" | "value";
  readonly of: number;
}
export interface Result {
  readonly at: string;
  readonly commit: string;
  readonly machine: string;
  readonly load: { readonly before: number; readonly after: number };
  readonly rows: readonly Row[];
}

/** How many times better than the reference, or than what was measured beside; below 1: worse. */
export function times({ value, more }: Row, other: { readonly value: number } | undefined): number | undefined {
  if (!other || other.value === 0 || value === 0) return undefined;
  return more ? value / other.value : other.value / value;
}

export function isMet(row: Row): boolean | undefined {
  const { aim, value, more } = row;
  if (!aim) return undefined;
  if (aim.against === "value") return more ? value >= aim.of : value <= aim.of;
  const ratio = times(row, row[aim.against]);
  if (ratio === undefined) return undefined;
  return aim.against === "reference" ? ratio >= aim.of : ratio >= 1 / aim.of;
}

export function said(aim: Aim | undefined, { more, unit }: Row): string {
  if (!aim) return "";
  if (aim.against === "reference") return `${aim.of} times the reference`;
  if (aim.against === "beside") return `within ${aim.of} times of what is beside it`;
  return `${more ? "at least" : "at most"} ${aim.of} ${unit}`;
}

export function round(n: number): string {
  return n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n >= 0.1 || n === 0 ? n.toFixed(2) : n.toPrecision(2);
}

/** One row as a line for the terminal. */
export function line(row: Row): string {
  const { what, at, value, unit, beside, reference } = row;
  const held = beside && `${beside.what} ${round(beside.value)} (x ${ratio(times(row, beside))})`;
  const known = reference && `reference ${round(reference.value)} (x ${ratio(times(row, reference))})`;
  const met = isMet(row);
  const mark = met === undefined ? " " : met ? "+" : "-";
  return [`${mark} ${what.padEnd(44)} ${(at ?? "").padEnd(15)} ${round(value).padStart(8)} ${unit}`, held, known]
    .filter(Boolean)
    .join("   ");
}

function ratio(it: number | undefined): string {
  return it === undefined ? "?" : round(it);
}
