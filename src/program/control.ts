import { chmod, rm } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { Trace } from "#platform/service/trace.ts";

/** What the program tells its own command line, over a socket that only its owner can open. */
export interface Control {
  status(): Promise<object>;
  leftovers(): Promise<readonly Trace[]>;
  stop(how: { all: boolean }): Promise<void>;
}

export async function serveControl(socket: string, control: Control): Promise<Server> {
  await rm(socket, { force: true });
  const answers: Record<string, () => Promise<unknown>> = {
    "/status": () => control.status(),
    "/leftovers": () => control.leftovers(),
    "/stop": async () => void setImmediate(() => void control.stop({ all: false })),
    "/stop-all": async () => void setImmediate(() => void control.stop({ all: true })),
  };
  const server = createServer((asked, answer) => {
    const known = answers[asked.url ?? ""];
    const work = known ? known() : Promise.reject(new Error("no such question"));
    work.then(
      (it) => answer.end(JSON.stringify(it ?? {})),
      (why: Error) => answer.writeHead(500).end(JSON.stringify({ error: why.message })),
    );
  });
  await new Promise<void>((then, fail) => server.once("error", fail).listen(socket, then));
  await chmod(socket, 0o600);
  return server;
}

/** Asks the running program; undefined when none answers. */
export function askControl(socket: string, path: string): Promise<unknown> {
  return new Promise((then, fail) => {
    const asked = request({ socketPath: socket, path }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () =>
        answer.statusCode === 200
          ? then(JSON.parse(text))
          : fail(new Error((JSON.parse(text) as { error: string }).error)),
      );
    });
    asked.on("error", (why: NodeJS.ErrnoException) =>
      ["ENOENT", "ECONNREFUSED"].includes(why.code ?? "") ? then(undefined) : fail(why),
    );
    asked.end();
  });
}
