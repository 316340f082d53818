import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { type TestCloud, testCloud } from "#test/cloud.ts";

const patience = { headers: 400, body: 500, silence: 2000 };

/** What a client may do to the one port without asking anything that is wrong. */
describe("the listening door", () => {
  let cloud: TestCloud;
  let port: number;
  before(async () => {
    cloud = await testCloud({ patience });
    await cloud.spine.door.listen({ port: 0, host: "127.0.0.1" });
    port = (cloud.spine.door.server.address() as { port: number }).port;
  });
  after(() => cloud.stop());

  /** Says some things with pauses between them; everything that was answered until the other side closed, and when it did. */
  async function said(words: readonly (string | Buffer)[], { every = 0, halfClose = false } = {}) {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: halfClose });
    const began = performance.now();
    let text = "";
    socket.on("data", (part) => {
      text += part;
    });
    socket.on("error", () => {}); // a reset is a way to close
    const closed = new Promise<void>((then) => socket.once("close", () => then()).once("end", () => socket.end()));
    await speak(socket, words, every);
    if (halfClose) socket.end();
    await closed;
    return { text, ms: performance.now() - began };
  }

  async function speak(socket: Socket, words: readonly (string | Buffer)[], every: number) {
    for (const word of words) {
      if (socket.destroyed) return;
      socket.write(word);
      if (every > 0) await new Promise((then) => setTimeout(then, every));
    }
  }

  const well = async () => assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  const get = "GET /healthz HTTP/1.1\r\nHost: a\r\n";
  const post = "POST /identity/v3/auth/tokens HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

  test("cuts a client off that sends its headers slowly", async () => {
    const { text, ms } = await said([...`${get}X-Slow: ${"a".repeat(60)}`], { every: 50 });
    assert.match(text, /^HTTP\/1.1 408 /);
    assert.ok(ms < 2500, `after ${ms} ms`);
  });

  test("cuts a client off that sends a JSON body slowly, in the service's own words", async () => {
    const { text, ms } = await said(
      [`${post}Content-Length: 1000\r\n\r\n`, ...'{"auth":{"identity":{"methods":["pass'],
      { every: 50 },
    );
    assert.match(text, /^HTTP\/1.1 408 .*"error":\{"code":408/s);
    assert.ok(ms < 2500, `after ${ms} ms`);
  });

  test("does not wait for the rest of a body that it has refused", async () => {
    const refused = "PUT /image/v2/images/x/file HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    const { text, ms } = await said([refused, ..."bytes".repeat(12)], { every: 50 });
    assert.match(text, /^HTTP\/1.1 401 /);
    assert.ok(ms < 3500, `after ${ms} ms`);
  });

  test("lets the bytes of an image come as slowly as they like", async () => {
    const asked = { name: "slow", disk_format: "raw", container_format: "bare" };
    const { id } = (await cloud.call("POST", "/image/v2/images", { body: asked })).body;
    const head = `PUT /image/v2/images/${id}/file HTTP/1.1\r\nHost: a\r\nX-Auth-Token: test:admin\r\nContent-Type: application/octet-stream\r\nConnection: close\r\nContent-Length: 30\r\n\r\n`;
    const { text, ms } = await said([head, ..."a".repeat(30)], { every: 60 });
    assert.match(text, /^HTTP\/1.1 204 /);
    assert.ok(ms > patience.headers + patience.body, "it was slow");
  });

  test("closes connections on which nobody says anything, and serves others meanwhile", async () => {
    const idle = Array.from({ length: 400 }, () => said([]));
    await well();
    await Promise.all(idle);
  });

  test("refuses headers without end", async () => {
    const { text } = await said([`${get}X-Large: ${"a".repeat(100_000)}\r\n\r\n`]);
    assert.match(text, /^HTTP\/1.1 431 /);
    const many = Array.from({ length: 5000 }, (_, i) => `X-${i}: 1\r\n`).join("");
    assert.match((await said([`${get}${many}\r\n`])).text, /^HTTP\/1.1 (431|400) /);
  });

  test("answers who closes his half", async () => {
    const { text } = await said([`${get}\r\n`], { halfClose: true });
    assert.match(text, /^HTTP\/1.1 200 /);
  });

  test("takes an end in the middle of a body for what it is", async () => {
    await said([`${post}Content-Length: 100\r\n\r\n{"a":`], { halfClose: true });
    await well();
  });

  test("answers requests that come at once in their order", async () => {
    const one = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
    const { text } = await said([
      one("/healthz") + one("/identity/v3") + one("/nowhere") + one("/healthz", "Connection: close\r\n"),
    ]);
    const statuses = [...text.matchAll(/HTTP\/1.1 (\d+) /g)].map(([, status]) => status);
    assert.deepEqual(statuses, ["200", "200", "404", "200"]);
  });

  test("refuses what is no HTTP, and two lengths of one body", async () => {
    const garbage = [
      "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
      "GET\r\n\r\n",
      "G\u0000T / HTTP/1.1\r\n\r\n",
      `${get}Content-Length: -1\r\n\r\n`,
      `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{"a":1}`,
      `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
      `${post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n`,
      "GET /healthz HTTP/1.1\r\n\r\n",
      "GET http://[ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      "FROBNICATE / HTTP/1.1\r\nHost: a\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    for (const text of garbage) {
      const { text: answer } = await said([Buffer.from(text, "latin1")]);
      assert.match(answer, /^HTTP\/1.1 4\d\d /, JSON.stringify(text));
    }
    await well();
  });

  test("reads no more of a body than was announced, and takes a chunked one", async () => {
    const rest = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    const { text } = await said([`${post}Content-Length: 2\r\n\r\n{}${rest}`]);
    assert.deepEqual(
      [...text.matchAll(/HTTP\/1.1 (\d+) /g)].map(([, status]) => status),
      ["400", "200"],
    );
    const chunked = await said([
      `${post}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`,
    ]);
    assert.match(chunked.text, /^HTTP\/1.1 400 /);
    const flood = await said([
      `${post}Transfer-Encoding: chunked\r\n\r\n`,
      ...Array.from({ length: 48 }, () => `10000\r\n${"x".repeat(65_536)}\r\n`),
    ]);
    assert.match(flood.text, /^HTTP\/1.1 413 /);
  });
});
