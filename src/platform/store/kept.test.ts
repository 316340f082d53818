import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { stopTestServer, testDatabase } from "#test/database.ts";
import type { AnyDb } from "./database.ts";
import { KeptRows, type Version, version } from "./kept.ts";

after(stopTestServer);

interface Thing {
  readonly id: string;
  readonly mood: string;
}

describe("rows that are kept", () => {
  let db: AnyDb;
  let drop: () => Promise<void>;
  before(async () => {
    const it = await testDatabase([]);
    [db, drop] = [it.database.db, it.drop];
    await sql`create table things (id text primary key, mood text not null)`.execute(db);
    await sql`insert into things values ('a', 'good'), ('b', 'good'), ('c', 'good')`.execute(db);
  });
  after(() => drop());

  const found = () => db.selectFrom("things").select(["id", version]).orderBy("id").execute() as Promise<Version[]>;
  function keeper(most: number) {
    const kept = new KeptRows<Thing>(most);
    const read: string[] = [];
    const rows = async (versions?: readonly Version[]) =>
      kept.rows(versions ?? (await found()), async (ids) => {
        read.push(...ids);
        const its = db.selectFrom("things").selectAll().select(version).where("id", "in", ids);
        return (await its.execute()) as (Thing & Version)[];
      });
    return { rows, read };
  }
  const moods = (rows: readonly Thing[]) => rows.map(({ id, mood }) => `${id} ${mood}`);

  test("are read once, and again when somebody has changed them", async () => {
    const { rows, read } = keeper(1000);
    assert.deepEqual(moods(await rows()), ["a good", "b good", "c good"]);
    assert.deepEqual(await rows(), await rows());
    assert.deepEqual(read, ["a", "b", "c"]);
    await sql`update things set mood = 'bad' where id = 'b'`.execute(db);
    assert.deepEqual(moods(await rows()), ["a good", "b bad", "c good"]);
    assert.deepEqual(read, ["a", "b", "c", "b"]);
  });

  test("are left out when they are gone by the time they are read", async () => {
    const { rows } = keeper(1000);
    const versions = await found();
    await sql`delete from things where id = 'c'`.execute(db);
    assert.deepEqual(moods(await rows(versions)), ["a good", "b bad"]);
  });

  test("are as many as there is room for, and all are there all the same", async () => {
    const { rows, read } = keeper(JSON.stringify({ id: "a", mood: "good" }).length);
    for (let turn = 0; turn < 3; turn += 1) assert.deepEqual(moods(await rows()), ["a good", "b bad"]);
    assert.deepEqual(read, ["a", "b", "a", "b"]);
  });
});
