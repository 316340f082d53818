import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ldapDirectories } from "#drivers/identity/ldap/driver.ts";
import { person } from "#drivers/identity/ldap/people.testkit.ts";
import { noSlapd, slapd } from "#drivers/identity/ldap/slapd.testkit.ts";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { testCloud } from "#test/cloud.ts";
import { directoryAnswers, readConf } from "./directory.answers.ts";
import { sayLook } from "./directory.ts";
import { loadDomainConfigs } from "./domain-configs.ts";
import { asAdmin } from "./seed.ts";

test("a configuration file is read as OpenStack reads it", () => {
  const text =
    "# a comment\n[identity]\ndriver = ldap\n\n[ldap]\nurl: ldap://a,\n  ldap://b\nuser=cn=x,dc=y\n; more\nempty =\n";
  assert.deepEqual(readConf(text), {
    identity: { driver: "ldap" },
    ldap: { url: "ldap://a, ldap://b", user: "cn=x,dc=y", empty: "" },
  });
  assert.throws(() => readConf("[ldap]\nwhat is this"), /what is this/);
});

test("a domain's directory is loaded from a file and tried", { skip: noSlapd }, async (t) => {
  const [cloud, server] = [await testCloud(), await slapd(person("ann") + person("bob"))];
  t.after(async () => {
    await cloud.stop();
    await server.end();
  });
  const driver = { ...cloud.drivers.identity, directories: ldapDirectories({ rest: 0 }) };
  const url = "http://cloud.example:5000";
  const beginning = { adminPassword: "a", demoPassword: "d", publicUrl: url, region: "RegionOne" };
  await bootstrapIdentity(cloud.spine.write, driver, beginning);
  await cloud.call("POST", "/identity/v3/domains", { body: { domain: { name: "corp" } } });
  const answers = directoryAnswers({ spine: cloud.spine, driver });
  const load = (text: string, domain = "corp") => answers["/identity/directory/load"]({ given: { domain, text } });
  const look = async () => sayLook(await answers["/identity/directory/test"]({ given: { domain: "corp" } }));
  await assert.rejects(look(), /kept here/);
  await assert.rejects(load("[ldap]\nurl = x", "nowhere"), /no domain nowhere/);
  const conf = (more: object) => {
    const lines = Object.entries(server.options(more)).map(([key, value]) => `${key} = ${value}`);
    return ["[identity]", "driver = ldap", "[ldap]", "user_allow_create = false", ...lines].join("\n");
  };
  assert.deepEqual((await load(conf({}))).left, ["ldap.user_allow_create"]);
  const well = `${server.url}: answers, and takes the credentials`;
  assert.equal(await look(), [well, "users: 2", "  ann, bob", "groups: 0", `  ${await hint("group")}`].join("\n"));
  await load(conf({ user_objectclass: "account", password: "wrong" }));
  assert.match(await look(), /the options user and password are refused/);
  await load(conf({ user_tree_dn: "nonsense" }));
  await assert.rejects(look(), /user_tree_dn is no distinguished name/);
});

test("domains take what their files say, and a file that makes no sense is named", async (t) => {
  const [cloud, folder] = [await testCloud(), await mkdtemp(join(tmpdir(), "domains-"))];
  t.after(async () => {
    await cloud.stop();
    await rm(folder, { recursive: true });
  });
  const { id } = (await cloud.call("POST", "/identity/v3/domains", { body: { domain: { name: "corp" } } })).body.domain;
  const ask = asAdmin({ door: cloud.spine.door, token: "test:admin" });
  await writeFile(
    join(folder, "keystone.corp.conf"),
    "[identity]\ndriver = ldap\n[ldap]\nurl = ldap://a\npassword = hush\n",
  );
  await writeFile(join(folder, "notes"), "nothing");
  const said: string[] = [];
  await loadDomainConfigs(folder, ask, (text) => said.push(text));
  assert.deepEqual(said, ["domain corp is configured by keystone.corp.conf"]);
  const { config } = (await cloud.call("GET", `/identity/v3/domains/${id}/config`)).body;
  assert.deepEqual(config, { identity: { driver: "ldap" }, ldap: { url: "ldap://a" } });
  await writeFile(join(folder, "keystone.nowhere.conf"), "[ldap]\nurl = x");
  await assert.rejects(
    loadDomainConfigs(folder, ask, () => {}),
    /keystone\.nowhere\.conf: there is no domain nowhere/,
  );
});

async function hint(kind: string) {
  const attributes = ["tree_dn", "objectclass", "filter", "id_attribute", "name_attribute"].map(
    (it) => `${kind}_${it}`,
  );
  return `no ${kind}s: look at ${attributes.join(", ")}, and at query_scope (one, or sub)`;
}
