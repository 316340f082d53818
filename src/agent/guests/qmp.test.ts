import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { Unavailable } from "#platform/service/driver.ts";
import { openQmp, QmpError } from "./qmp.ts";

test("answers find their commands, in whatever order and pieces they come", async () => {
  const { qmp, say, asked } = await opened();
  const [first, second] = [qmp.execute("one"), qmp.execute("two", { a: 1 })];
  const [one, two] = [await asked(), await asked()];
  assert.deepEqual([one.execute, two.execute, two.arguments], ["one", "two", { a: 1 }]);
  say(`{"return": 2, "id": ${two.id}}\r\n{"retu`);
  say(`rn": 1, "id": ${one.id}}\r\n`);
  assert.deepEqual(await Promise.all([first, second]), [1, 2]);
});

test("what QEMU refuses is an error with its own sentence", async () => {
  const { qmp, say, asked } = await opened();
  const answer = qmp.execute("device_del");
  say(`{"error": {"class": "DeviceNotFound", "desc": "Device 'x' not found"}, "id": ${(await asked()).id}}\n`);
  await assert.rejects(answer, new QmpError("Device 'x' not found"));
});

test("events are told until nobody listens", async () => {
  const { qmp, say } = await opened();
  const told: string[] = [];
  const stop = qmp.hear(({ event }) => told.push(event));
  say('{"event": "STOP", "data": {}}\n');
  stop();
  say('{"event": "RESUME"}\n');
  assert.deepEqual(told, ["STOP"]);
});

test("a monitor that closes, talks nonsense or talks without end is Unavailable for all who wait", async () => {
  for (const last of [undefined, "not JSON\n", "x".repeat(2 ** 24 + 1)]) {
    const { qmp, say, input } = await opened();
    const answer = qmp.execute("query-status");
    if (last) say(last);
    else input.end();
    await assert.rejects(answer, Unavailable);
    await qmp.closed;
    await assert.rejects(qmp.execute("query-status"), Unavailable);
  }
});

async function opened() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const lines = output.setEncoding("utf8")[Symbol.asyncIterator]();
  const waiting: string[] = [];
  const asked = async () => {
    if (waiting.length === 0) waiting.push(...(await lines.next()).value.trim().split("\n"));
    return JSON.parse(waiting.shift()!);
  };
  const say = (text: string) => void input.write(text);
  const opening = openQmp(input, output);
  say('{"QMP": {"version": {}, "capabilities": ["oob"]}}\r\n');
  const { id, execute } = await asked();
  assert.equal(execute, "qmp_capabilities");
  say(`{"return": {}, "id": ${id}}\n`);
  return { qmp: await opening, say, asked, input };
}
