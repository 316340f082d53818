import type { AnyDb } from "../store/database.ts";
import { operationOf } from "./operation.ts";
import { openOn } from "./rows.ts";
import { headerOf } from "./view.ts";

/** What is in motion on a resource, for whoever looks at it: a header, since strict clients refuse bodies with more in them than the API says. */
export async function motionHeader(db: AnyDb, subject: string, now: string): Promise<Record<string, string>> {
  const [first, ...then] = await openOn(db, subject);
  if (!first) return {};
  const it = operationOf(first, now);
  const next = [it.next, ...then.map(({ name }) => `then ${name}`)].join("; ");
  return { "x-crunch-operation": headerOf({ ...it, next }) };
}
