import type { StepTx } from "#platform/service/kit.ts";
import type { ImageDriver, Place } from "../driver.ts";
import { act, type ImageScope, saga } from "../kit.ts";

/** Bytes that no image has any more. What this leaves, the sweep takes. */
export const dropBytes = saga<Place>("image.image.drop-bytes", {
  clears: true,
  steps: [act("drop", { within: 600, ask: place, call: drop })],
  failed: leaveToSweep,
});

async function place({ given }: StepTx<ImageScope, Place>): Promise<Place> {
  return given;
}

function drop(driver: ImageDriver, at: Place) {
  return driver.delete(at);
}

async function leaveToSweep() {}
