import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, type TestContext, test } from "node:test";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { testCloud } from "#test/cloud.ts";
import { furnish } from "./furniture.ts";
import { furnishIdentity } from "./identity-furniture.ts";
import { everybody, type Ground, judge, openGate, questions, type Verdict } from "./matrix.ts";
import { saysYes } from "./oslo.ts";

/** Every route × every default role × every scope: the program lets pass whom the documented policy does, and nobody else. */
describe("the matrix of routes, roles and scopes", () => {
  test("of Identity is as the policy is documented", async (t) => {
    const cloud = await testCloud();
    t.after(() => cloud.stop());
    const words = { adminPassword: "a", demoPassword: "d", publicUrl: "http://cloud", region: "RegionOne" };
    await bootstrapIdentity(cloud.spine.write, cloud.drivers.identity, words);
    const ids = await furnishIdentity(cloud);
    const [project, domain, user] = ["projects", "domains", "users"].map((word) => ids.get(word)!) as [
      string,
      string,
      string,
    ];
    await holds(t, cloud, "identity", { ids, fields: fieldsOf(ids), own: { project, domain, user } });
  });

  for (const type of ["image", "artifact", "network", "compute", "block-storage", "placement"])
    test(`of ${type} is as the policy is documented`, { skip: process.env.CRUNCH_LAWS !== "all" }, async (t) => {
      const cloud = await testCloud();
      t.after(() => cloud.stop());
      const ids = await furnish(cloud);
      const { projectId: project, userId: user } = cloud.actors.demo;
      await holds(t, cloud, type, { ids, fields: {}, own: { project: project!, domain: "default", user } });
    });
});

async function holds(t: TestContext, cloud: Awaited<ReturnType<typeof testCloud>>, type: string, ground: Ground) {
  const service = cloud.services.find((s) => s.type === type)!;
  const actors = everybody(ground);
  const gate = await openGate(cloud, actors);
  t.after(() => gate.stop());
  const texts = await documented();
  const verdicts: Verdict[] = [];
  for (const asked of questions(service, ground))
    verdicts.push(...(await Promise.all([...actors].map((one) => judge(gate, texts, asked, one)))));
  const wrong = verdicts.filter(
    ({ should, did, status }) => should !== undefined && (should !== did || status === 401),
  );
  assert.deepEqual(wrong.map(inWords), []);
  const broken = verdicts.filter(({ status }) => status >= 500);
  assert.deepEqual(broken.map(inWords), []);
  const judged = new Set(verdicts.filter(({ should }) => should !== undefined).map(({ route }) => route));
  const not = [...new Set(verdicts.map(({ route }) => route))].filter((route) => !judged.has(route));
  t.diagnostic(`${verdicts.length} answers on ${judged.size} routes; nothing to ask about on ${not.length}`);
  return { verdicts, not };
}

function inWords({ actor, should, route, rule, status }: Verdict): string {
  return `${actor} should ${should ? "" : "not "}pass ${rule} on ${route}, and was answered ${status}`;
}

function fieldsOf(ids: ReadonlyMap<string, string>): Record<string, string> {
  const named = [...ids].map(([word, id]) => [`${word.replace(/ies$/, "y").replace(/s$/, "")}_id`, id]);
  return Object.fromEntries(named);
}

/** The checks as the pages of the API have them. */
async function documented(): Promise<ReadonlyMap<string, string>> {
  const { readdir } = await import("node:fs/promises");
  const folder = new URL("../../docs/api/", import.meta.url);
  const texts = new Map<string, string>();
  for (const name of await readdir(folder))
    for (const [, rule, check] of (await readFile(new URL(name, folder), "utf8")).matchAll(
      /^\| `([^`]+)` \| `(.*)` \|$/gm,
    ))
      texts.set(rule!, check === '""' ? "" : check!);
  return texts;
}

test("oslo.policy's language is read in one more way, which agrees with its documentation", () => {
  const says = (check: string, roles: string[], target = {}) =>
    saysYes(
      new Map([
        ["r", check],
        ["base", "role:c"],
      ]),
      "r",
      { userId: "u", userName: "u", userDomainId: "d", roles },
      target,
    );
  assert.equal(says("role:a or role:b and role:c", ["a"]), true);
  assert.equal(says("role:b and role:c or role:a", ["a"]), true);
  assert.equal(says("(role:a or role:b) and rule:base", ["a"]), false);
  assert.equal(says("not role:a and not (role:b or role:c)", []), true);
  assert.equal(says("not (role:a and role:b)", ["a", "b"]), false);
  assert.equal(says("user_id:%(target.user.id)s", [], { target: { user: { id: "u" } } }), true);
  assert.equal(says("None:%(target.role.domain_id)s", [], { target: { role: { domainId: null } } }), true);
  assert.equal(says("project_id:%(project_id)s", [], { projectId: null }), false);
  assert.deepEqual([says("", []), says("!", ["admin"])], [true, false]);
});
