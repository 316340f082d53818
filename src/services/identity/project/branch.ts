import type { Settings } from "#platform/config/config.ts";
import { modelOf } from "../limit/model.ts";
import type { Project } from "./project.ts";

const MAX_DEPTH = 5;

/** How many projects may lie in each other, the outermost in a domain. */
export function maxDepth(settings: Settings): number {
  return modelOf(settings).depth ?? MAX_DEPTH;
}

/** The ids above, each in the one below it; null for a domain. */
export function aboveAsIds(above: readonly Project[]): object | null {
  return above.reduceRight<object | null>((inner, { id }) => ({ [id]: inner }), null);
}

/** The ids below, each in the one above it; null where there is nothing. */
export function belowAsIds(all: readonly Project[], parentId: string): object | null {
  const children = all.filter((it) => it.parentId === parentId);
  return children.length > 0 ? Object.fromEntries(children.map(({ id }) => [id, belowAsIds(all, id)])) : null;
}
