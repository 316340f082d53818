import type { Join } from "#platform/store/join.ts";
import { joined } from "../kit.ts";
import { listDeeper } from "../project/project.store.ts";
import { modelOf } from "./model.ts";

/** Throws where projects lie deeper in each other than the model of limits allows: from before it was chosen. */
export async function refuseDeepTrees(write: <T>(work: (tx: Join) => Promise<T>) => Promise<T>): Promise<void> {
  await write(async (tx) => {
    const { db, settings } = joined(tx);
    const { name, depth } = modelOf(settings);
    const deeper = depth === undefined ? [] : await listDeeper(db, depth);
    if (deeper.length > 0) throw new Error(tooDeep(name, depth!, deeper));
  });
}

function tooDeep(name: string, depth: number, ids: readonly string[]): string {
  const some = ids.slice(0, 10).join(", ") + (ids.length > 10 ? ` and ${ids.length - 10} more` : "");
  return `The cloud cannot start with limit-enforcement-model ${name}: project hierarchical depth exceeds the enforcement model's maximum limit of ${depth} (project_ids: ${some}). Start it with flat, and delete these projects first.`;
}
