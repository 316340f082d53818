import type { StepTx } from "#platform/service/kit.ts";
import type { ArtifactDriver, Place } from "../driver.ts";
import { type ArtifactScope, act, saga } from "../kit.ts";

/** Bytes that no blob has any more. What this leaves, the sweep takes. */
export const dropBytes = saga<Place>("artifact.blob.drop-bytes", {
  clears: true,
  steps: [act("drop", { within: 600, ask: place, call: drop })],
  failed: leaveToSweep,
});

async function place({ given }: StepTx<ArtifactScope, Place>): Promise<Place> {
  return given;
}

function drop(driver: ArtifactDriver, at: Place) {
  return driver.delete(at);
}

async function leaveToSweep() {}
