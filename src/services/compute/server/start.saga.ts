import { act, saga, write } from "../kit.ts";
import { awaitWired, bind } from "./ports.saga.ts";
import { asBefore, placed, settled, turnOn } from "./power.saga.ts";

/** Turns a stopped guest on, as the server is described now. */
export const startServer = saga("compute.server.start", {
  steps: [
    write("bind-ports", { within: 30, run: bind }),
    write("await-ports", { within: 300, run: awaitWired }),
    act("turn-on", { within: 300, ask: placed, call: turnOn }),
    write("settle", { within: 30, run: settled("start", "on", "server.started") }),
  ],
  failed: asBefore,
});
