import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { after, before, describe, test } from "node:test";
import { Refused } from "#platform/service/driver.ts";
import { type WebOptions, webDownloads } from "./driver.ts";
import type { Filter } from "./filter.ts";

describe("downloads", () => {
  let server: Server;
  let port = 0;
  const asked: IncomingMessage[] = [];
  const answers: Record<string, (asked: IncomingMessage, answer: ServerResponse) => void> = {
    "/bytes": (_, answer) => answer.end("hello"),
    "/inside": (_, answer) => answer.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end(),
    "/name": (_, answer) => answer.writeHead(301, { location: `http://inner.example:${port}/bytes` }).end(),
    "/round": (_, answer) => answer.writeHead(302, { location: "/round" }).end(),
    "/there": (_, answer) => answer.writeHead(307, { location: "/bytes" }).end(),
    "/file": (_, answer) => answer.writeHead(302, { location: "file:///etc/passwd" }).end(),
    "/packed": (_, answer) => answer.writeHead(200, { "content-encoding": "gzip" }).end("x"),
    "/cut": (_, answer) => {
      answer.writeHead(200, { "content-length": "100" });
      answer.write("half", () => answer.destroy());
    },
    "/silent": () => {},
    "/chunks": (_, answer) => void answer.write("hel", () => answer.end("lo")),
    "/slow": (_, answer) => void answer.write("h"),
  };
  before(async () => {
    server = createServer((it, answer) => {
      asked.push(it);
      const found = answers[it.url ?? ""];
      if (found) found(it, answer);
      else answer.writeHead(404).end();
    });
    await new Promise<void>((then) => server.listen(0, "127.0.0.1", then));
    port = (server.address() as { port: number }).port;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const inside = (more: Filter = {}, options: Partial<WebOptions> = {}) =>
    webDownloads({ filter: { allowedPorts: [port], inside: ["127.0.0.1"], ...more }, ...options });
  async function text(url: string, web = inside()) {
    const { bytes } = await web.open(url);
    const parts: Buffer[] = [];
    for await (const part of bytes) parts.push(part as Buffer);
    return Buffer.concat(parts).toString();
  }
  const local = (path: string) => `http://127.0.0.1:${port}${path}`;

  test("bring the bytes of a URL, after redirects too", async () => {
    assert.equal(await text(local("/bytes")), "hello");
    assert.equal(await text(local("/there")), "hello");
    assert.equal((await inside().open(local("/bytes"))).sizeBytes, 5);
  });

  test("ask nothing of this host or its networks, however they are spelled", () => {
    const web = webDownloads({ filter: { allowedPorts: [] } });
    for (const host of [
      "127.0.0.1",
      "127.1",
      "2130706433",
      "0x7f.1",
      "0177.0.0.1",
      "0.0.0.0",
      "10.1.2.3",
      "172.16.0.1",
      "192.168.0.1",
      "169.254.169.254",
      "100.64.0.1",
      "224.0.0.1",
      "255.255.255.255",
      "198.18.0.1",
      "[::1]",
      "[::]",
      "[fe80::1]",
      "[fd00::1]",
      "[::ffff:127.0.0.1]",
      "[::ffff:a9fe:a9fe]",
      "[64:ff9b::7f00:1]",
      "[2002:7f00:1::]",
    ])
      assert.throws(() => web.judge(`http://${host}/x`), Refused, host);
    assert.doesNotThrow(() => web.judge("http://93.184.216.34/x"));
    assert.doesNotThrow(() => web.judge("https://[2606:2800:220:1::1]/x"));
  });

  test("refuse other schemes and ports, a user in the URL, and what is none", () => {
    const web = webDownloads();
    for (const url of [
      "file:///etc/passwd",
      "ftp://example.org/x",
      "gopher://example.org/",
      "http://example.org:22/",
      "http://example.org@127.0.0.1/",
      "http://user:pass@example.org/",
      "no url",
      "",
    ])
      assert.throws(() => web.judge(url), Refused, url);
    assert.doesNotThrow(() => web.judge("https://example.org/x?y=1"));
  });

  test("go by lists of hosts, schemes and ports", () => {
    const allowed = webDownloads({
      filter: { allowedHosts: ["Example.org"], allowedSchemes: ["https"], disallowedHosts: ["example.org"] },
    });
    assert.doesNotThrow(() => allowed.judge("https://EXAMPLE.org./x"));
    assert.throws(() => allowed.judge("https://other.org/x"), Refused);
    assert.throws(() => allowed.judge("http://example.org/x"), Refused);
    const not = webDownloads({ filter: { disallowedHosts: ["example.org"], allowedPorts: [], disallowedPorts: [22] } });
    assert.throws(() => not.judge("http://example.org/x"), Refused);
    assert.throws(() => not.judge("http://other.org:22/x"), Refused);
    assert.doesNotThrow(() => not.judge("http://other.org:8080/x"));
  });

  test("connect to the address that was checked, and to no host that has another one inside", async () => {
    const answers = [[{ address: "127.0.0.1" }], [{ address: "10.0.0.1" }]];
    let times = 0;
    const web = inside({}, { resolve: async () => answers[times++] ?? [] });
    assert.equal(await text(`http://moving.example:${port}/bytes`, web), "hello");
    assert.equal(times, 1);
    assert.equal(asked.at(-1)?.headers.host, `moving.example:${port}`);
    await assert.rejects(web.open(`http://moving.example:${port}/bytes`), /not a public one/);
    const both = inside({}, { resolve: async () => [{ address: "93.184.216.34" }, { address: "192.168.0.1" }] });
    await assert.rejects(both.open(`http://both.example:${port}/bytes`), /not a public one/);
  });

  test("follow no redirect into the inside, and not for ever", async () => {
    await assert.rejects(text(local("/inside"), inside({ allowedPorts: [] })), /not a public one/);
    const web = inside({}, { resolve: async () => [{ address: "10.0.0.1" }] });
    await assert.rejects(web.open(local("/name")), /not a public one/);
    await assert.rejects(text(local("/file")), /it names no host/);
    await assert.rejects(text(local("/round")), /redirects too often/);
  });

  test("end where the server does not answer as it should", async () => {
    await assert.rejects(text(local("/none")), /answered 404/);
    await assert.rejects(text(local("/packed")), /packs what it sends/);
    await assert.rejects(text(local("/cut")), /broke off/);
    await assert.rejects(text("http://127.0.0.1:1/x", inside({ allowedPorts: [1] })), /does not answer/);
    await assert.rejects(
      text("http://does-not.exist/x", webDownloads({ resolve: () => Promise.reject(new Error("none")) })),
      /could not be found/,
    );
    await assert.rejects(text(local("/silent"), inside({}, { silence: 0.05 })), /silent for/);
  });

  test("end where they are too large, or take too long", async () => {
    await assert.rejects(text(local("/bytes"), inside({}, { largest: 4 })), /more than the 4 bytes/);
    await assert.rejects(text(local("/chunks"), inside({}, { largest: 4 })), /larger than the 4 bytes/);
    await assert.rejects(text(local("/slow"), inside({}, { seconds: 0.05 })), /took longer than/);
    assert.equal(await text(local("/chunks"), inside({}, { largest: 10, seconds: 60 })), "hello");
  });

  test("end when they are called off", async () => {
    const stop = new AbortController();
    const opened = inside().open(local("/silent"), { signal: stop.signal });
    stop.abort(new Error("called off"));
    await assert.rejects(opened, /called off/);
  });

  test("go anywhere for an operator", async () => {
    const { bytes } = await webDownloads().open(local("/bytes"), { trusted: true });
    for await (const part of bytes) assert.equal(String(part), "hello");
  });
});
