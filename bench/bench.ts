import type { Row } from "./rows.ts";

/** What a part of the bench is given. */
export interface Bench {
  /** How long one cell is under load. */
  readonly seconds: number;
  /** A scratch folder with a short path. */
  readonly dir: string;
  row(row: Omit<Row, "part">): void;
  say(text: string): void;
  /** What the reference does; undefined where that is not known. */
  reference(what: string, at?: number): { readonly value: number; readonly from: string } | undefined;
}
export type Part = (bench: Bench) => Promise<void>;
