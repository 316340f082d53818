import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

/** A small image on a web server of this run's own: what web-download downloads. */
export async function serveImage(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const bytes = randomBytes(64 * 1024);
  const server = createServer((asked, answer) => {
    answer.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.length });
    answer.end(asked.method === "HEAD" ? undefined : bytes);
  });
  await new Promise<void>((then, fail) => server.once("error", fail).listen(0, "127.0.0.1", then));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/tiny.img`,
    close: () => new Promise<void>((then) => void server.close(() => then())),
  };
}
