import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMet, type Result, type Row, round, said, times } from "./rows.ts";

/** Writes index.html over all results of a folder: the newest in full, and how each figure went from run to run. */
export function writePage(folder: string): void {
  const files = readdirSync(folder).filter((name) => /^\d{4}-.*\.json$/.test(name));
  const results = files.sort().map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Result);
  const newest = results.at(-1);
  if (newest) writeFileSync(join(folder, "index.html"), page(newest, results));
}

function page(newest: Result, all: readonly Result[]): string {
  const parts = new Map(all.flatMap(({ rows }) => [...Map.groupBy(rows, (row) => row.part)])); // each as it was measured last
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Crunch, measured</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: #223; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { text-align: left; padding: .15rem .8rem .15rem 0; border-bottom: 1px solid #dde; white-space: nowrap; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.yes { color: #176b32; } .no { color: #a3261c; }
svg text { font: 11px system-ui, sans-serif; fill: #556; }
</style>
<h1>Crunch, measured</h1>
<p>${safe(newest.at)}, commit ${safe(newest.commit)}, ${safe(newest.machine)}; load ${newest.load.before} before and
${newest.load.after} after. Each figure stands beside its peer or its limit, measured in turns in the same run. The scale of the bars
is logarithmic: a bar to the right of the line is better than the reference, one to the left worse.</p>
${[...parts].map(([part, rows]) => table(part, rows, all)).join("\n")}
</html>
`;
}

function table(part: string, rows: readonly Row[], all: readonly Result[]): string {
  const head = ["", "", "figure", "beside it", "ratio", "reference", "times better", "", "aim", "run by run"];
  return `<h2>${safe(part)}</h2>
<table><tr>${head.map((it) => `<th>${it}</th>`).join("")}</tr>
${rows.map((row) => tr(row, all)).join("\n")}
</table>`;
}

function tr(row: Row, all: readonly Result[]): string {
  const { what, at = "", value, unit, beside, reference, aim, detail } = row;
  const [toBeside, toReference, met] = [times(row, beside), times(row, reference), isMet(row)];
  const notes = Object.entries(detail ?? {}).map(([key, it]) => `${key} ${typeof it === "number" ? round(it) : it}`);
  const mark = met === undefined ? "" : ` class="${met ? "yes" : "no"}"`;
  return `<tr title="${safe(notes.join(", "))}"><td>${safe(what)}</td><td>${safe(at)}</td><td class="n">${round(value)} ${safe(unit)}</td>
<td class="n">${beside ? `${round(beside.value)} <small>${safe(beside.what)}</small>` : ""}</td><td class="n">${shown(toBeside)}</td>
<td class="n">${reference ? round(reference.value) : ""}</td><td class="n">${shown(toReference)}</td><td>${bar(toReference)}</td>
<td${mark}>${safe(said(aim, row))}</td><td>${spark(row, all)}</td></tr>`;
}

function shown(ratio: number | undefined): string {
  return ratio === undefined ? "" : `x ${round(ratio)}`;
}

/** From a tenth to ten thousand times. */
function bar(ratio: number | undefined): string {
  if (ratio === undefined) return "";
  const scale = (n: number) => 24 + Math.max(-1, Math.min(4, Math.log10(n))) * 24;
  const [from, to] = [scale(1), scale(ratio)].sort((a, b) => a - b) as [number, number];
  const colour = ratio >= 1 ? "#3b7dd8" : "#c4473a";
  return `<svg width="122" height="14"><rect x="${from.toFixed(1)}" y="3" width="${Math.max(1, to - from).toFixed(1)}" height="8" fill="${colour}"/><line x1="24" x2="24" y1="0" y2="14" stroke="#889"/></svg>`;
}

/** How the figure went over the runs that had it. */
function spark(row: Row, all: readonly Result[]): string {
  const same = (it: Row) => it.part === row.part && it.what === row.what && it.at === row.at;
  const values = all.flatMap((result) => result.rows.filter(same).map((it) => it.value)).slice(-20);
  if (values.length < 2) return "";
  const most = Math.max(...values);
  const step = 78 / (values.length - 1);
  const points = values.map((it, i) => `${(1 + i * step).toFixed(1)},${(17 - (it / most) * 15).toFixed(1)}`);
  return `<svg width="80" height="18"><polyline points="${points.join(" ")}" fill="none" stroke="#3b7dd8"/></svg>`;
}

function safe(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
