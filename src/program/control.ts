import { chmod, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { Config } from "#platform/config/config.ts";
import type { By, End } from "#platform/operation/change.ts";
import type { Operations } from "#platform/operation/operations.ts";
import type { Trace } from "#platform/service/trace.ts";
import { controlSocket } from "./settings.ts";

/** What the program tells its own command line, over a socket that only its owner can open. */
export interface Control {
  readonly operations: Operations;
  status(): Promise<object>;
  leftovers(): Promise<readonly Trace[]>;
  stop(how: { all: boolean }): Promise<void>;
  /** More questions that it answers, by their paths. */
  readonly more?: Readonly<Record<string, (asked: Asked) => Promise<unknown>>>;
}
/** What a question says more than its path. */
export interface Asked extends Partial<By> {
  readonly id?: number;
  readonly as?: End;
  readonly all?: boolean;
  readonly subject?: string | null;
  /** What only the question itself knows how to read. */
  readonly given?: object;
}

export async function serveControl(socket: string, control: Control): Promise<Server> {
  await rm(socket, { force: true });
  const answers: Record<string, (asked: Asked) => Promise<unknown>> = {
    "/status": () => control.status(),
    "/leftovers": () => control.leftovers(),
    "/stop": async () => void setImmediate(() => void control.stop({ all: false })),
    "/stop-all": async () => void setImmediate(() => void control.stop({ all: true })),
    ...onOperations(control.operations),
    ...control.more,
  };
  const server = createServer((asked, answer) => {
    const known = answers[asked.url ?? ""];
    const work = known ? readAsked(asked).then(known) : Promise.reject(new Error("no such question"));
    work.then(
      (it) => answer.end(JSON.stringify(it ?? {})),
      (why: Error) => answer.writeHead(500).end(JSON.stringify({ error: why.message })),
    );
  });
  await new Promise<void>((then, fail) => server.once("error", fail).listen(socket, then));
  await chmod(socket, 0o600);
  return server;
}

function onOperations(operations: Operations) {
  return {
    "/operations": ({ all, subject }: Asked) => operations.list({ all, subject }),
    "/operations/show": async (asked: Asked) => operations.show(idOf(asked)),
    "/operations/retry": async (asked: Asked) => operations.retry(idOf(asked), byOf(asked)),
    "/operations/cancel": async (asked: Asked) => operations.cancel(idOf(asked), byOf(asked)),
    "/operations/finish": async (asked: Asked) => operations.finish(idOf(asked), endOf(asked), byOf(asked)),
  };
}

function idOf({ id }: Asked): number {
  if (!Number.isSafeInteger(id)) throw new Error("an operation has a number");
  return id!;
}

function byOf({ who, why }: Asked): By {
  if (!who) throw new Error("who asks?");
  return { who, why: why ? why.replace(/\s+/g, " ").slice(0, 500) : null };
}

function endOf({ as, why }: Asked): End {
  if (as !== "done" && as !== "failed") throw new Error("an operation is finished as done or as failed");
  if (!why) throw new Error("what is finished by hand needs a reason");
  return as;
}

const longest = 4_194_304;

async function readAsked(asked: IncomingMessage): Promise<Asked> {
  let text = "";
  for await (const part of asked.setEncoding("utf8")) {
    text += part;
    if (text.length > longest) throw new Error("the question is too long");
  }
  return text === "" ? {} : (JSON.parse(text) as Asked);
}

/** Asks the running program; undefined when none answers. */
export function askControl(socket: string, path: string, more?: Asked): Promise<unknown> {
  return new Promise((then, fail) => {
    const asked = request({ socketPath: socket, path, method: more ? "POST" : "GET" }, (answer) => {
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
    asked.end(more && JSON.stringify(more));
  });
}

/** Asks the program that runs on the configuration's state folder; says so, and that the exit code is 3, when none does. */
export async function askProgram(config: Config, path: string, more: Asked = {}): Promise<unknown> {
  const it = await askControl(controlSocket(config), path, more);
  if (it !== undefined) return it;
  console.error(`Crunch does not run on ${config.state}. Start it with: npm start`);
  process.exitCode = 3;
  return undefined;
}
