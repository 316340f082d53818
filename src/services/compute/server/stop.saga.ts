import { act, saga, write } from "../kit.ts";
import { asBefore, askOff, awaitOff, patient, settled } from "./power.saga.ts";

/** Asks the guest to power off, and pulls the plug when it does not. */
export const stopServer = saga("compute.server.stop", {
  steps: [
    act("ask-off", { within: 60, ask: patient, call: askOff }),
    act("await-off", { within: 3600, ask: patient, call: awaitOff }),
    write("settle", { within: 30, run: settled("stop", "off", "server.stopped") }),
  ],
  failed: asBefore,
});
