import { moment, type Operation } from "#platform/operation/operation.ts";
import type { Story } from "#platform/operation/operations.ts";
import type { HistoryStep } from "#platform/service/kit.ts";

/** What is in motion: a table, and below each line what happens next and why. */
export function motionInWords(open: readonly Operation[], count: number): string {
  if (count === 0) return "Nothing is in motion.";
  const more = count > open.length ? [`… and ${count - open.length} more; --subject ID picks those of one`] : [];
  return [`In motion: ${count}`, ...listInWords(open), ...more].join("\n");
}

const endedHead = ["ID", "OPERATION", "SUBJECT", "ENDED AS", "AT", "ASKED FOR"];

export function endedInWords(ended: readonly Operation[]): string {
  if (ended.length === 0) return "Nothing has ended yet.";
  const [titles, ...rows] = table([endedHead, ...ended.map(endedCells)]);
  return ["Ended last:", titles!, ...rows.flatMap((row, at) => [row, ...reason(ended[at]!)])].join("\n");
}

function endedCells({ id, saga, subject, state, since, startedAt }: Operation): string[] {
  return [String(id), saga, subject, state, moment(since), moment(startedAt)];
}

const head = ["ID", "OPERATION", "SUBJECT", "STEP", "ATTEMPT", "SINCE", "UNTIL"];

function listInWords(all: readonly Operation[]): string[] {
  const [titles, ...rows] = table([head, ...all.map(cells)]);
  return [titles!, ...rows.flatMap((row, at) => [row, ...sentences(all[at]!)])];
}

function cells({ id, saga, subject, state, step, way, attempt, since, until }: Operation): string[] {
  const where = step === null ? state : way === "undo" ? `undo ${step}` : step;
  return [String(id), saga, subject, where, String(attempt), moment(since), until ? moment(until) : "-"];
}

function sentences(it: Operation): string[] {
  return [...reason(it), `      next: ${plain(it.next)}`];
}

function reason({ why }: Operation): string[] {
  return why === null ? [] : [`      why:  ${plain(why)}`];
}

/** A reason may be whatever a driver heard from below: nothing of it shall move a terminal's cursor. */
function plain(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, " ");
}

/** Rows of cells as lines with columns. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join("  ")
      .trimEnd(),
  );
}

const storyHead = ["STEP", "WAY", "ATTEMPT", "BEGAN", "TOOK", "OUTCOME", "REASON"];

/** One operation, attempt by attempt, and what it would still do. */
export function storyInWords({ operation, steps, plan }: Story): string {
  const { id, saga, subject, state, startedAt, requestId } = operation;
  const title = `Operation ${id}: ${saga} of ${subject}, ${state}, asked for at ${moment(startedAt)} (${requestId})`;
  const rows = [storyHead, ...steps.map(attemptCells)];
  return [title, ...sentences(operation), ...table(rows), ...toCome(operation, plan)].join("\n");
}

function attemptCells({ step, way, attempt, startedAt, endedAt, outcome, reason }: HistoryStep): string[] {
  const took = endedAt ? `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s` : "-";
  return [step, way, String(attempt), moment(startedAt), took, outcome ?? "open", plain(reason ?? "")];
}

function toCome({ state, step }: Operation, plan: Story["plan"]): string[] {
  const at = plan.findIndex(({ name }) => name === step);
  if (at < 0) return [];
  const left = state === "running" ? plan.slice(at + 1) : plan.slice(0, at).reverse();
  if (left.length === 0) return [];
  const names = left.map(({ name, within }) => (state === "running" ? `${name} (${within} s)` : `undo ${name}`));
  return [`To come: ${names.join(", ")}`];
}
