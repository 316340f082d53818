import { act, saga } from "../kit.ts";

/** Bytes that no row has any more. What this leaves, the sweep takes. */
export const dropBytes = saga("container-registry.blob.drop-bytes", {
  clears: true,
  steps: [
    act("drop", {
      within: 600,
      ask: async ({ subject }) => subject,
      call: (driver, key) => driver.delete(key),
    }),
  ],
  failed: async () => {},
});
