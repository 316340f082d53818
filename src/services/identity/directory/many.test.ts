import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { person } from "#drivers/identity/ldap/people.testkit.ts";
import { noSlapd, type Slapd, slapd } from "#drivers/identity/ldap/slapd.testkit.ts";
import { begun } from "../begun.testkit.ts";

const { cloud, login, made } = await begun();
const MANY = 10_000;
const nameOf = (i: number) => `user${String(i).padStart(5, "0")}`;

describe(`a directory of ${MANY} users`, { skip: noSlapd }, () => {
  let server: Slapd;
  let path: string;

  before(async () => {
    server = await slapd(Array.from({ length: MANY }, (_, i) => person(nameOf(i))).join(""));
    const { id } = await made("domain", { name: "big" });
    path = `/v3/users?domain_id=${id}`;
    const ldap = server.options({ page_size: 1_000, pool_size: 4, auth_pool_size: 4 });
    await cloud.call("PUT", `/v3/domains/${id}/config`, { body: { config: { identity: { driver: "ldap" }, ldap } } });
  });
  after(async () => {
    await cloud.stop();
    await server?.end();
  });
  const names = (body: { users: { name: string }[] }) => body.users.map(({ name }) => name);

  test("is listed whole, each user once", async () => {
    const { status, body } = await cloud.call("GET", path);
    assert.equal(status, 200);
    assert.deepEqual(
      names(body),
      Array.from({ length: MANY }, (_, i) => nameOf(i)),
    );
    assert.equal(new Set(body.users.map(({ id }: { id: string }) => id)).size, MANY);
  });

  test("is walked over in pages, without being read again for each", async () => {
    const before = server.searches();
    const seen: string[] = [];
    for (let next: string | null = `${path}&limit=500`; next; ) {
      const { body } = await cloud.call("GET", next);
      seen.push(...names(body));
      next = body.links.next && (body.links.next as string).replace("http://localhost:80", "");
    }
    assert.deepEqual(
      seen.sort(),
      Array.from({ length: MANY }, (_, i) => nameOf(i)),
    );
    assert.ok(server.searches() - before <= 2 * (MANY / 1_000), "the directory was read about once");
  });

  test("is asked for no more than what a list asks for", async () => {
    const before = server.entries();
    assert.deepEqual(names((await cloud.call("GET", `${path}&name=user00042`)).body), ["user00042"]);
    assert.equal((await cloud.call("GET", `${path}&name__startswith=user0004`)).body.users.length, 10);
    assert.ok(server.entries() - before < 20);
  });

  test("lets hundreds in, fifty at a time, over a few connections", async () => {
    const before = server.connections();
    const domain = { name: "big" };
    const answers = [];
    for (let from = 0; from < 300; from += 50) {
      const some = Array.from({ length: 50 }, (_, i) => nameOf(from + i));
      answers.push(...(await Promise.all(some.map((name) => login(name, undefined, `${name}'s`, domain)))));
    }
    assert.deepEqual([...new Set(answers.map(({ status, text }) => (status === 201 ? "in" : text)))], ["in"]);
    const opened = server.connections() - before;
    assert.ok(opened <= 8 + 3, `${opened} connections: pools of four, and what the test itself opens`);
  });
});
