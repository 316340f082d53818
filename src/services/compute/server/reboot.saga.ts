import { act, saga, write } from "../kit.ts";
import { awaitWired, bind } from "./ports.saga.ts";
import { askOff, awaitOff, inError, patient, place, placed, pullPlug, settled, turnOn } from "./power.saga.ts";

/** A soft reboot: the guest is asked to turn off, and made to when it does not. */
export const rebootServer = saga("compute.server.reboot", {
  steps: [
    act("ask-off", { within: 60, ask: patient, call: askOff }),
    act("await-off", { within: 3600, ask: patient, call: awaitOff }),
    act("turn-on", { within: 300, ask: placed, call: turnOn }),
    write("settle", { within: 30, run: settled("reboot", "on", "server.rebooted") }),
  ],
  failed: inError,
});

/** A hard reboot: the plug is pulled, and everything around the guest is made again. */
export const rebootServerHard = saga("compute.server.reboot-hard", {
  steps: [
    act("pull-plug", { within: 120, ask: place, call: pullPlug }),
    write("bind-ports", { within: 30, run: bind }),
    write("await-ports", { within: 300, run: awaitWired }),
    act("turn-on", { within: 300, ask: placed, call: turnOn }),
    write("settle", { within: 30, run: settled("rebootHard", "on", "server.rebooted") }),
  ],
  failed: inError,
});
