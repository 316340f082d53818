import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { stopTestServer, testDatabase } from "#test/database.ts";
import { isClash } from "./database.ts";
import { inPassing } from "./transaction.ts";

after(stopTestServer);

test("what is prepared outlives a migration of another program: reads go on, transactions are tried again", async () => {
  const { database, drop } = await testDatabase([
    { owner: "platform", folder: new URL("./migrations/", import.meta.url) },
  ]);
  const { db, pool } = database;
  const read = (on = db) => sql<object>`select * from platform_loops where name = ${"a"}`.execute(on);
  await pool.query("insert into platform_loops (name, next_at) values ('a', now())");
  // Each connection of the pool prepares it.
  for (let turn = 0; turn < 10; turn += 1) await Promise.all(Array.from({ length: 8 }, () => read()));
  await pool.query("alter table platform_loops add column mood text not null default 'good'");
  const answers = await Promise.all(Array.from({ length: 8 }, () => read()));
  for (const { rows } of answers) assert.equal((rows[0] as { mood: string }).mood, "good");

  for (let turn = 0; turn < 10; turn += 1) await read();
  await pool.query("alter table platform_loops add column size integer");
  const inTransaction = () => db.transaction().execute((tx) => read(tx as never));
  for (let turn = 0; turn < 8; turn += 1) await inTransaction().catch((why) => assert.ok(isClash(why)));
  assert.equal((await inTransaction()).rows.length, 1);
  await drop();
});

test("a transaction is lost for the reason of the statement that failed, whichever is heard of first", async () => {
  const { database, drop } = await testDatabase([
    { owner: "platform", folder: new URL("./migrations/", import.meta.url) },
  ]);
  const divide = (by: number, on = database.db) => sql`select 1 / ${by}::integer as known`.execute(on);
  for (let turn = 0; turn < 10; turn += 1) await divide(1);
  const lost = database.transaction(async (tx) => {
    inPassing(divide(0, tx));
    await sql`select 1 as unknown`.execute(tx);
  });
  await assert.rejects(lost, { code: "22012" });
  const lostAtItsEnd = database.transaction(async (tx) => inPassing(divide(0, tx)));
  await assert.rejects(lostAtItsEnd, { code: "22012" });
  await drop();
});
