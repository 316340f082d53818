// What Glare's unmodified client can do with artifacts, from a draft to its end, on a cloud of this run's own.
// node conformance/artifacts/story.ts: needs python3-openstackclient and python3-glareclient.
import assert from "node:assert/strict";
import { readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, openClient } from "../identity/client.ts";
import { startCloud } from "../tempest/cloud.ts";

type Row = Readonly<Record<string, unknown>>;

const cloud = await startCloud({});
const file = join(tmpdir(), `artifact-${process.pid}`);
const client = openClient(cloud.admin);
const json = async (...words: string[]) => JSON.parse(await client.os("artifact", ...words, "-f", "json"));
/** What a command says of an artifact, as fields and values. */
const fields = async (...words: string[]): Promise<Row> =>
  Object.fromEntries((await json(...words)).map((row: Row) => [row.Field, row.Value]));
const path = async () => (await readdir(join(cloud.state, "world/artifacts"))).length;

const steps: Readonly<Record<string, () => Promise<unknown>>> = {
  "the service is in the catalogue, with its types and their fields": async () => {
    const types = (await json("type-list")).map((row: Row) => row["Type name"] ?? Object.values(row)[0]);
    assert.ok(types.includes("packages") && types.includes("heat_templates"));
    assert.ok((await json("schema", "packages")).some((row: Row) => Object.values(row).includes("requires")));
  },
  "a draft is made, changed and tagged": async () => {
    const made = await fields("create", "packages", "app", "-V", "1.2", "-p", "kind=application", "-l", "tags=web");
    assert.deepEqual([made.version, made.status, made.kind], ["1.2.0", "drafted", "application"]);
    assert.equal((await fields("update", "packages", "app", "-p", "vendor=us")).vendor, "us");
    assert.deepEqual((await fields("add", "tag", "packages", "app", "new")).tags, ["web", "new"]);
    assert.deepEqual((await fields("remove", "tag", "packages", "app", "web")).tags, ["new"]);
  },
  "its bytes come in": async () => {
    const upload = ["upload", "packages", "app", "--file", file, "--blob-property", "package"];
    const said = await json(...upload);
    assert.equal(said.size, 300_000);
    assert.equal(await path(), 1);
  },
  "it is activated, published, deactivated, and active again": async () => {
    assert.equal((await fields("activate", "packages", "app")).status, "active");
    await refused("Forbidden to change field 'vendor' after activation", "update", "packages", "app", "-p", "vendor=x");
    assert.equal((await fields("publish", "packages", "app")).visibility, "public");
    assert.equal((await fields("deactivate", "packages", "app")).status, "deactivated");
    assert.equal((await fields("reactivate", "packages", "app")).status, "active");
  },
  "lists are filtered and sorted, the newest of a name among them": async () => {
    await fields("create", "packages", "app", "-V", "1.10");
    const listed = async (...words: string[]) =>
      (await json("list", "packages", ...words)).map((row: Row) => row.Version);
    assert.deepEqual(await listed("-F", "name=app", "-S", "version:asc"), ["1.2.0", "1.10.0"]);
    assert.deepEqual(await listed("-F", "version=latest"), ["1.10.0"]);
    assert.equal((await json("list", "all")).length, 2);
  },
  "a place outside is named": async () => {
    const words = ["location", "packages", "app", "-V", "1.10", "--url", "http://there.example/x", "--md5", "m"];
    assert.equal((await json(...words, "--blob-property", "package")).external, true);
  },
  "what others depend on stays, and all goes with its bytes": async () => {
    const base = (await fields("show", "packages", "app", "-V", "1.2")).id as string;
    const link = `requires=/artifacts/packages/${base}`;
    const user = (await fields("create", "packages", "user", "-l", link)).id as string;
    await refused("others depend on it", "delete", "packages", base, "--id");
    await client.os("artifact", "delete", "packages", user, "--id");
    await client.os("artifact", "delete", "packages", base, "--id");
    await client.os("artifact", "delete", "packages", "app");
    assert.deepEqual(await json("list", "all"), []);
  },
};

async function refused(why: string, ...words: string[]) {
  const { code, err }: Awaited<ReturnType<Client["tries"]>> = await client.tries(["artifact", ...words]);
  assert.ok(code !== 0 && err.includes(why), err);
}

try {
  await writeFile(file, Buffer.alloc(300_000, "artifact"));
  for (const [name, step] of Object.entries(steps)) {
    await step();
    console.log(`works  ${name}`);
  }
} finally {
  client.close();
  await rm(file, { force: true });
  await cloud.stop();
}
