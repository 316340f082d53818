import assert from "node:assert/strict";
import { test } from "node:test";
import { newLog } from "#platform/log/log.ts";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { testCloud } from "#test/cloud.ts";
import { furnish, must } from "./furniture.ts";

const password = "a-word-that-must-not-be-seen";

test("secrets are in no log, no event, no audit line, and in no column as they are", async () => {
  const lines: string[] = [];
  const log = newLog({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const cloud = await testCloud({ log });
  const seed = { adminPassword: password, demoPassword: password, publicUrl: "http://cloud", region: "RegionOne" };
  await bootstrapIdentity(cloud.spine.write, cloud.drivers.identity, seed);
  await furnish(cloud);
  const { user } = await must(cloud, "POST", "/identity/v3/users", { user: { name: "eve", password } }, "admin");
  const login = (word: string) => ({
    auth: { identity: { methods: ["password"], password: { user: { id: user.id, password: word } } } },
  });
  const made = await cloud.call("POST", "/identity/v3/auth/tokens", { as: null, body: login(password) });
  assert.equal(made.status, 201, made.text);
  await cloud.call("POST", "/identity/v3/auth/tokens", { as: null, body: login(`${password}-wrong`) });
  const key = (await must(cloud, "POST", "/compute/v2.1/os-keypairs", { keypair: { name: "k" } })).keypair
    .private_key as string;
  const token = made.headers["x-subject-token"]!;
  await cloud.call("GET", "/identity/v3/auth/tokens", { as: token, headers: { "x-subject-token": token } });
  const log2 = lines.join("");
  for (const secret of [password, token, key.split("\n")[2]!])
    assert.ok(!log2.includes(secret), "a secret stands in the log");
  for (const table of await tables(cloud.database.pool)) {
    const { rows } = await cloud.database.pool.query(`select to_jsonb(t)::text as row from ${table} t`);
    const text = rows.map((r) => r.row).join("\n");
    for (const secret of [password, token, key.split("\n")[2]!])
      assert.ok(!text.includes(secret), `a secret stands in ${table}`);
  }
  await cloud.stop();
});

async function tables(pool: { query(text: string): Promise<{ rows: { name: string }[] }> }): Promise<string[]> {
  const { rows } = await pool.query(
    "select table_name as name from information_schema.tables where table_schema = 'public'",
  );
  return rows.map((r) => r.name);
}
