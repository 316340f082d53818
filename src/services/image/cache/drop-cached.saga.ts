import type { ImageDriver } from "../driver.ts";
import { act, saga } from "../kit.ts";

/** A copy near at hand that nobody wants any more. What this leaves, the sweep takes. */
export const dropCached = saga("image.image.drop-cached", {
  clears: true,
  steps: [act("drop", { within: 600, ask: async ({ subject }) => subject, call: drop })],
  failed: leaveToSweep,
});

async function drop({ cache }: ImageDriver, id: string) {
  await cache?.drop(id);
}

async function leaveToSweep() {}
