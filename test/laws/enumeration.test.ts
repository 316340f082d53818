import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyService } from "#platform/service/kit.ts";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { furnishIdentity } from "./identity-furniture.ts";
import { questions } from "./matrix.ts";

const words = { adminPassword: "a", demoPassword: "d", publicUrl: "http://cloud", region: "RegionOne" };

async function begun(): Promise<{ cloud: TestCloud; ids: Map<string, string>; identity: AnyService }> {
  const cloud = await testCloud();
  await bootstrapIdentity(cloud.spine.write, cloud.drivers.identity, words);
  return { cloud, ids: await furnishIdentity(cloud), identity: cloud.services.find((s) => s.type === "identity")! };
}

/** What is told to somebody who may not know: nothing of the ids that were asked for, nothing of the moment. */
function told({ status, text }: { status: number; text: string }, ids: Iterable<string>): string {
  let plain = `${status} ${text}`;
  for (const id of ids) plain = plain.replaceAll(id, "ID");
  return plain;
}

/** Who there is, and what is theirs; what an administrator has set up for all (roles, endpoints, regions) is no secret. */
const people = new Set(["users", "projects", "credentials", "application_credentials", "access_rules"]);

test("whoever may not see users, their projects and credentials is answered the same whether they are there or not", async (t) => {
  const { cloud, ids, identity } = await begun();
  t.after(() => cloud.stop());
  const none = new Map([...ids].map(([word, id], i) => [word, people.has(word) ? `${i + 10}`.repeat(16) : id]));
  const all = [...ids.values(), ...none.values()].sort((a, b) => b.length - a.length);
  const there = questions(identity, { ids, fields: {}, own: { project: "", domain: "", user: "" } });
  const missing = questions(identity, { ids: none, fields: {}, own: { project: "", domain: "", user: "" } });
  const differ: string[] = [];
  for (const [i, one] of there.entries()) {
    const { route, path, body } = one;
    const [method] = route.on.split(" ") as [string];
    if (path === missing[i]!.path || route.rule.name === "any_token") continue;
    for (const as of ["stranger", null]) {
      const [known, unknown] = [
        await cloud.call(method, path, { as, body }),
        await cloud.call(method, missing[i]!.path, { as, body }),
      ];
      if (known.status < 300) continue;
      const [a, b] = [told(known, all), told(unknown, all)];
      if (a !== b) differ.push(`${as} ${route.on}: ${a} / ${b}`);
    }
  }
  assert.deepEqual(differ, []);
});

test("a login tells nobody which users, domains and credentials there are, or whose account is off", async (t) => {
  const { cloud, ids } = await begun();
  t.after(() => cloud.stop());
  const off = { user: { name: "off", domain_id: "default", password: "their password", enabled: false } };
  await cloud.call("POST", "/identity/v3/users", { body: off });
  const login = async (identity: object) => {
    const { status, text, headers } = await cloud.call("POST", "/identity/v3/auth/tokens", {
      as: null,
      body: { auth: { identity } },
    });
    return `${status} ${text} ${headers["www-authenticate"]}`;
  };
  const byName = (name: string, domain: object, password = "wrong") =>
    login({ methods: ["password"], password: { user: { name, domain, password } } });
  const byCredential = (id: string) =>
    login({ methods: ["application_credential"], application_credential: { id, secret: "wrong" } });
  const answers = [
    await byName("admin", { id: "default" }),
    await byName("no-such-user", { id: "default" }),
    await byName("admin", { name: "no-such-domain" }),
    await byName("off", { id: "default" }),
    await byName("off", { id: "default" }, "their password"),
    await login({ methods: ["password"], password: { user: { id: ids.get("users"), password: "wrong" } } }),
    await login({ methods: ["totp"], totp: { user: { id: ids.get("users"), passcode: "000000" } } }),
    await login({ methods: ["totp"], totp: { user: { id: "no-such-user", passcode: "000000" } } }),
    await byCredential(ids.get("application_credentials")!),
    await byCredential("no-such-credential"),
  ];
  assert.deepEqual(new Set(answers).size, 1, answers.join("\n"));
  assert.match(answers[0]!, /^401 /);
});
