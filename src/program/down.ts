import { connect } from "node:net";
import { askControl } from "./control.ts";
import { controlSocket, settings } from "./settings.ts";

export async function down(flags: { all?: boolean }): Promise<void> {
  const config = settings(flags);
  const socket = controlSocket(config);
  const status = (await askControl(socket, "/status")) as { pid: number } | undefined;
  if (!status) return void console.log(`Crunch does not run on ${config.state}.`);
  const gone = awaitGone(socket);
  await askControl(socket, flags.all ? "/stop-all" : "/stop");
  await gone;
  console.log(
    flags.all ? "Crunch has stopped, with its guests and networks." : "Crunch has stopped. Guests keep running.",
  );
}

/** A connection to the program ends with it, however that comes to its end. */
async function awaitGone(socket: string): Promise<void> {
  while (await wasConnected(socket));
}

/** Resolves when the connection has ended, or at once with false when there is nobody to connect to. */
function wasConnected(socket: string): Promise<boolean> {
  return new Promise((then) => {
    let there = false;
    const one = connect(socket, () => {
      there = true;
    });
    one.on("error", () => {});
    one.once("close", () => then(there));
  });
}
