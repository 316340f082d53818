import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { endless } from "./nasty.ts";
import type { Asked } from "./request.ts";

/** What the cloud knows and a case only names. */
export interface Known {
  idOf(kind: string): string;
  readonly token: string;
  readonly secret: string;
}
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly ms: number;
}
export interface Rendered {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const actors = ["admin", "demo", "reader", "stranger"];
const largest = 2 * 1024 * 1024;

/** The request as it goes over the wire. */
export function rendered(asked: Asked, versionName: string | undefined, known: Known): Rendered {
  const fill = (text: string) => filled(text, known);
  const token = asked.as === null ? undefined : actors.includes(asked.as) ? `test:${asked.as}` : asked.as;
  const query = asked.query === "@longquery@" ? `name=${"a".repeat(12_000)}` : asked.query;
  const body = bodyOf(asked, fill);
  const headers = {
    ...(token !== undefined && { "x-auth-token": fill(token) }),
    ...(body && { "content-type": "application/json" }),
    ...(versionName && asked.version !== undefined && { "openstack-api-version": `${versionName} ${asked.version}` }),
    ...Object.fromEntries(Object.entries(asked.headers).map(([k, v]) => [k, fill(v)])),
  };
  return { method: asked.method, path: fill(asked.path) + (query ? `?${fill(query)}` : ""), headers, body };
}

function filled(text: string, known: Known): string {
  return text
    .replace(/@id:([\w|-]+)@/g, (_, kind: string) => known.idOf(kind))
    .replaceAll("@token@", known.token)
    .replaceAll("@secret@", known.secret);
}

function bodyOf({ body }: Asked, fill: (text: string) => string): Buffer | undefined {
  if (!body) return undefined;
  if ("bytes" in body) return Buffer.from(raw[body.bytes]?.() ?? body.bytes, "latin1");
  const text = JSON.stringify(body.json) ?? "";
  return Buffer.from(
    fill(
      text
        .replace(/"@([a-z]+[[{]?)@"/g, (it, word: string) => json[word]?.() ?? it)
        .replace(/"@number:([^"]+)@"/g, "$1"),
    ),
  );
}

const depth = 10_000;
const json: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(Object.entries(endless(500_000)).map(([name, text]) => [name, () => JSON.stringify(text)])),
  huge: () => `"${"x".repeat(1024 * 1024)}"`,
  many: () => `[${"1,".repeat(50_000)}1]`,
  wide: () => `{${Array.from({ length: 10_000 }, (_, i) => `"k${i}":${i}`).join()}}`,
  "deep[": () => "[".repeat(depth) + "]".repeat(depth),
  "deep{": () => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
  twice: () => '{"name":"a","name":1,"id":"x","id":null}',
  proto: () => '{"__proto__":{"polluted":true},"name":"a"}',
};
const raw: Readonly<Record<string, () => string>> = {
  "@huge@": () => "x".repeat(1024 * 1024),
  "@deep[@": () => json["deep["]!(),
  "@deepopen@": () => "[".repeat(900_000),
  "@toolarge@": () => `"${"x".repeat(largest)}"`,
};

/** One way into the cloud over a real socket, with connections kept. */
export function wire(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  return {
    send: (it: Rendered) => send(agent, port, it),
    close: () => agent.destroy(),
  };
}

function send(agent: Agent, port: number, { method, path, headers, body }: Rendered): Promise<Got> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const out = httpRequest(
      { agent, port, host: "127.0.0.1", method, path: wellFormed(path), headers, timeout: 20_000 },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode!,
            headers: answer.headers,
            text: Buffer.concat(parts).toString("utf8"),
            ms: performance.now() - began,
          }),
        );
      },
    );
    out.on("timeout", () => out.destroy(new Error("no answer within 20 s")));
    out.on("error", reject);
    out.end(body);
  });
}

/** Node's client sends no characters outside of a URL's; they are sent as percents. */
function wellFormed(path: string): string {
  return path.replace(/[^\u0021-\u00ff]/g, (c) => encodeURIComponent(c.toWellFormed()));
}
