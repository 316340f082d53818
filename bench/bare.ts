import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import fastify from "fastify";
import { node } from "./cloud.ts";

/** A bare Fastify in a process of its own: answers every request with the bytes that it was last given. */
export interface Bare {
  readonly url: string;
  readonly pid: number;
  /** From now on it answers so. */
  serve(status: number, bytes: string): Promise<void>;
  stop(): void;
}

export async function startBare(port: number): Promise<Bare> {
  const child = spawn(node, ["--no-warnings", fileURLToPath(import.meta.url), String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    pid: child.pid!,
    async serve(status, bytes) {
      const answer = await fetch(`${url}/serve?status=${status}`, { method: "PUT", body: bytes });
      await answer.arrayBuffer();
    },
    stop: () => void child.kill(),
  };
}

async function listen(port: number): Promise<void> {
  let [status, bytes] = [200, "{}"];
  const app = fastify({ bodyLimit: 64 * 1024 * 1024 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, text, done) => done(null, text));
  app.put("/serve", async (request) => {
    status = Number((request.query as { status: string }).status);
    bytes = request.body as string;
    return {};
  });
  app.all("/", (_request, answer) => answer.code(status).header("content-type", "application/json").send(bytes));
  await app.listen({ host: "127.0.0.1", port });
  console.log("ready");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await listen(Number(process.argv[2]));
