import { watch } from "node:fs";
import { dirname } from "node:path";
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

/** The program removes its socket as its last act. */
async function awaitGone(socket: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(
    dirname(socket),
    () =>
      void askControl(socket, "/status").then(
        (it) => it === undefined && resolve(),
        () => {},
      ),
  );
  await promise;
  watcher.close();
}
