import type { StepTx } from "#platform/service/kit.ts";
import type { ImageDriver } from "../driver.ts";
import { act, type ImageScope, saga } from "../kit.ts";

interface Given {
  readonly uploadId: string;
}

/** The bytes of an image that is gone. What this leaves, the sweep takes. */
export const dropBytes = saga<Given>("image.image.drop-bytes", {
  steps: [act("drop", { within: 600, ask: bytes, call: drop })],
  failed: leaveToSweep,
});

async function bytes({ given }: StepTx<ImageScope, Given>): Promise<string> {
  return given.uploadId;
}

function drop(driver: ImageDriver, uploadId: string) {
  return driver.delete(uploadId);
}

async function leaveToSweep() {}
