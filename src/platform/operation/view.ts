import type { HistoryStep } from "../service/kit.ts";
import type { Operation } from "./operation.ts";

/** The facts by the names under which they go out: in the header, and where somebody asks for JSON. */
export function factsOf({ id, saga, step, way, attempt, since, until, waitsFor, why, next }: Operation) {
  return { id, saga, step, way, attempt, since, until, waits_for: waitsFor, why, next };
}

export function allFactsOf(it: Operation) {
  const { subject, state, startedAt, requestId } = it;
  return { ...factsOf(it), subject, state, started_at: startedAt, request_id: requestId };
}

export function stepFactsOf({ step, way, attempt, startedAt, endedAt, outcome, reason }: HistoryStep) {
  return { step, way, attempt, started_at: startedAt, ended_at: endedAt, outcome, reason };
}

const longest = 300;

/** One line of ASCII for the users of a resource: its reason without the host's folders and without what stands before an @ in an address. */
export function headerOf(it: Operation): string {
  const why = it.why === null ? null : cut(discreet(it.why.slice(0, 4 * longest)));
  return ascii(JSON.stringify(factsOf({ ...it, why })));
}

function discreet(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/(\w:\/\/)[^\s/@]*@/g, "$1")
    .replace(/(?<![\w./])\/(?!\/)(?:[\w.+-]+\/)+/g, "");
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)} ...` : text;
}

function ascii(json: string): string {
  return json.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
