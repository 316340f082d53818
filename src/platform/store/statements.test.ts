import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { stopTestServer, testDatabase } from "#test/database.ts";
import { isClash } from "./database.ts";

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
