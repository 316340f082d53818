import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { stopTestServer, testDatabase } from "#test/database.ts";
import { migrate } from "./migrate.ts";

after(stopTestServer);

async function moods(t: TestContext) {
  const { database, drop } = await testDatabase([]);
  const folder = await mkdtemp(join(tmpdir(), "migrations-"));
  t.after(async () => {
    await drop();
    await rm(folder, { recursive: true });
  });
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write("0001-moods.sql", "create table moods (name text primary key)");
  const run = () => migrate(database, [{ owner: "toy", folder: pathToFileURL(`${folder}/`) }]);
  return { database, folder, write, run };
}

test("a program minds no migration of a newer build, and the newer one runs only its own", async (t) => {
  const { database, folder, write, run } = await moods(t);
  assert.deepEqual(await run(), ["toy/0001-moods.sql"]);
  await write("0002-colours.sql", "alter table moods add column colour text not null default 'grey'");
  assert.deepEqual(await run(), ["toy/0002-colours.sql"]);
  await rm(join(folder, "0002-colours.sql"));
  assert.deepEqual(await run(), []);
  await database.pool.query("insert into moods (name) values ('calm')");
});

test("a migration that waits for somebody's transaction keeps nobody else waiting", async (t) => {
  const { database, write, run } = await moods(t);
  await run();
  const client = await database.connect();
  await client.query("begin");
  await client.query("select * from moods");
  await write("0002-colours.sql", "alter table moods add column colour text");
  const migrated = run();
  const waits = "select 1 from pg_locks where not granted and relation = 'moods'::regclass";
  while ((await database.pool.query(waits)).rows.length === 0);
  await database.pool.query("select * from moods");
  await client.query("commit");
  await client.end();
  assert.deepEqual(await migrated, ["toy/0002-colours.sql"]);
});
