// Every noun that the unmodified openstack command has for Identity, from its creation to its end, on a cloud of this run's own.
// node conformance/identity/nouns.ts: needs python3-openstackclient.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCloud } from "../tempest/cloud.ts";
import { type Client, openClient } from "./client.ts";

type Step = (os: Client["os"], at: { readonly folder: string; readonly password: string }) => Promise<unknown>;

const json = async (os: Client["os"], ...words: string[]) => JSON.parse(await os(...words, "-f", "json"));
const shown = async (os: Client["os"], noun: string, name: string, field: string) =>
  (await json(os, ...noun.split(" "), "show", name))[field];

/** Each by its noun, in the order in which they build on each other. */
const nouns: Readonly<Record<string, Step>> = {
  token: async (os) => {
    const { id } = await json(os, "token", "issue");
    await os("token", "revoke", id);
  },
  catalog: async (os) => {
    assert.ok((await json(os, "catalog", "list")).some((it: { Type: string }) => it.Type === "identity"));
    assert.equal((await json(os, "catalog", "show", "identity")).type, "identity");
  },
  domain: async (os) => {
    await os("domain", "create", "--description", "d", "nouns");
    await os("domain", "set", "--disable", "nouns");
    await os("domain", "set", "--enable", "nouns");
    assert.equal(await shown(os, "domain", "nouns", "enabled"), true);
    assert.ok((await json(os, "domain", "list")).some((it: { Name: string }) => it.Name === "nouns"));
  },
  project: async (os) => {
    await os("project", "create", "--domain", "nouns", "--tag", "one", "--property", "a=b", "p");
    await os("project", "create", "--domain", "nouns", "--parent", "p", "below");
    await os("project", "set", "--domain", "nouns", "--tag", "two", "--description", "changed", "p");
    const it = await json(os, "project", "show", "--domain", "nouns", "--children", "p");
    assert.deepEqual(it.tags.sort(), ["one", "two"]);
    assert.equal((await json(os, "project", "list", "--domain", "nouns", "--tags", "two")).length, 1);
  },
  user: async (os) => {
    await os(
      "user",
      "create",
      "--domain",
      "nouns",
      "--project",
      "p",
      "--project-domain",
      "nouns",
      "--password",
      "pw",
      "--email",
      "u@x",
      "u",
    );
    await os("user", "create", "--domain", "nouns", "--password", "pw", "v");
    await os("user", "set", "--domain", "nouns", "--description", "changed", "u");
    assert.equal((await json(os, "user", "show", "--domain", "nouns", "u")).description, "changed");
    assert.equal((await json(os, "user", "list", "--domain", "nouns")).length, 2);
  },
  group: async (os) => {
    await os("group", "create", "--domain", "nouns", "--description", "g", "g");
    await os("group", "add", "user", "--group-domain", "nouns", "--user-domain", "nouns", "g", "u", "v");
    assert.match(
      await os("group", "contains", "user", "--group-domain", "nouns", "--user-domain", "nouns", "g", "u"),
      /u in group g/,
    );
    await os("group", "remove", "user", "--group-domain", "nouns", "--user-domain", "nouns", "g", "v");
    assert.equal((await json(os, "group", "list", "--user", "u", "--user-domain", "nouns")).length, 1);
    await os("group", "set", "--domain", "nouns", "--name", "g2", "g");
  },
  role: async (os) => {
    await os("role", "create", "r");
    await os("role", "create", "--domain", "nouns", "own");
    const where = ["--project", "p", "--project-domain", "nouns", "--user", "u", "--user-domain", "nouns"];
    await os("role", "add", ...where, "r");
    await os("role", "add", ...where, "member");
    await os("role", "add", "--domain", "nouns", "--group", "g2", "--group-domain", "nouns", "--inherited", "r");
    await os("role", "add", "--system", "all", "--user", "u", "--user-domain", "nouns", "reader");
    await os("role", "remove", "--system", "all", "--user", "u", "--user-domain", "nouns", "reader");
    await os("role", "set", "--name", "r2", "r");
    assert.ok((await json(os, "role", "list")).some((it: { Name: string }) => it.Name === "r2"));
    assert.equal((await json(os, "role", "list", "--domain", "nouns")).length, 1);
  },
  "implied role": async (os) => {
    await os("implied", "role", "create", "r2", "--implied-role", "reader");
    assert.ok((await json(os, "implied", "role", "list")).length >= 4);
    await os("implied", "role", "delete", "r2", "--implied-role", "reader");
  },
  "role assignment": async (os) => {
    const of = ["role", "assignment", "list", "--names", "--user", "u", "--user-domain", "nouns"];
    assert.equal((await json(os, ...of)).length, 2);
    assert.ok((await json(os, ...of, "--effective")).length >= 3);
  },
  service: async (os) => {
    await os("service", "create", "--name", "s", "--description", "d", "nouns-type");
    await os("service", "set", "--description", "changed", "s");
    assert.equal(await shown(os, "service", "s", "description"), "changed");
    await os("service", "list", "--long");
  },
  region: async (os) => {
    await os("region", "create", "--description", "d", "nouns-region");
    await os("region", "set", "--description", "changed", "nouns-region");
    assert.equal(await shown(os, "region", "nouns-region", "description"), "changed");
    await os("region", "list");
  },
  endpoint: async (os) => {
    const { id } = await json(os, "endpoint", "create", "--region", "nouns-region", "s", "public", "http://s");
    await os("endpoint", "set", "--url", "http://t", id);
    assert.equal(await shown(os, "endpoint", id, "url"), "http://t");
    await os("endpoint", "add", "project", "--project-domain", "nouns", id, "p");
    assert.equal((await json(os, "endpoint", "list", "--endpoint", id)).length, 1);
    await os("endpoint", "remove", "project", "--project-domain", "nouns", id, "p");
    await os("endpoint", "delete", id);
  },
  "endpoint group": async (os, { folder }) => {
    const file = join(folder, "filters.json");
    await writeFile(file, JSON.stringify({ interface: "public" }));
    await os("endpoint", "group", "create", "--description", "d", "eg", file);
    await os("endpoint", "group", "set", "--name", "eg2", "eg");
    await os("endpoint", "group", "add", "project", "--project-domain", "nouns", "eg2", "p");
    await os("endpoint", "group", "remove", "project", "--project-domain", "nouns", "eg2", "p");
    assert.equal((await json(os, "endpoint", "group", "list")).length, 1);
    await os("endpoint", "group", "delete", "eg2");
  },
  policy: async (os, { folder }) => {
    const file = join(folder, "policy");
    await writeFile(file, "{}");
    const { id } = await json(os, "policy", "create", file);
    await os("policy", "set", "--type", "text/plain", id);
    assert.equal(await shown(os, "policy", id, "type"), "text/plain");
    await os("policy", "list");
    await os("policy", "delete", id);
  },
  credential: async (os) => {
    const { id } = await json(os, "credential", "create", "--type", "cert", "admin", "a blob");
    await os("credential", "set", "--user", "admin", "--type", "cert", "--data", "another", id);
    assert.equal(await shown(os, "credential", id, "blob"), "another");
    await os("credential", "list", "--type", "cert");
    await os("credential", "delete", id);
  },
  "ec2 credentials": async (os) => {
    const { access } = await json(os, "ec2", "credentials", "create");
    assert.equal((await json(os, "ec2", "credentials", "list")).length, 1);
    assert.equal(await shown(os, "ec2 credentials", access, "access"), access);
    await os("ec2", "credentials", "delete", access);
  },
  "application credential": async (os) => {
    const rules = JSON.stringify([{ service: "identity", method: "GET", path: "/v3/projects" }]);
    const { secret } = await json(
      os,
      "application",
      "credential",
      "create",
      "--role",
      "reader",
      "--access-rules",
      rules,
      "ac",
    );
    assert.ok(secret.length >= 32);
    await os("application", "credential", "create", "--secret", "a secret of mine", "plain");
    assert.equal((await json(os, "application", "credential", "list")).length, 2);
    await os("application", "credential", "show", "ac");
    await os("application", "credential", "delete", "ac", "plain");
  },
  "access rule": async (os) => {
    const [rule] = await json(os, "access", "rule", "list");
    await os("access", "rule", "show", rule.ID);
    await os("access", "rule", "delete", rule.ID);
  },
  trust: async (os) => {
    const { id } = await json(
      os,
      "trust",
      "create",
      "--project",
      "admin",
      "--role",
      "reader",
      "--impersonate",
      "admin",
      "demo",
    );
    assert.equal((await json(os, "trust", "list")).length, 1);
    assert.equal(await shown(os, "trust", id, "impersonation"), true);
    await os("trust", "delete", id);
  },
  "registered limit": async (os) => {
    const made = [
      "registered",
      "limit",
      "create",
      "--service",
      "s",
      "--region",
      "nouns-region",
      "--default-limit",
      "5",
      "thing",
    ];
    const { id } = await json(os, ...made);
    await os("registered", "limit", "set", "--default-limit", "6", id);
    assert.equal(await shown(os, "registered limit", id, "default_limit"), 6);
    assert.ok((await json(os, "registered", "limit", "list")).length > 0);
  },
  limit: async (os) => {
    const project = (await json(os, "project", "show", "--domain", "nouns", "p")).id;
    const made = [
      "limit",
      "create",
      "--project",
      project,
      "--service",
      "s",
      "--region",
      "nouns-region",
      "--resource-limit",
      "3",
      "thing",
    ];
    const { id } = await json(os, ...made);
    await os("limit", "set", "--resource-limit", "2", id);
    assert.equal(await shown(os, "limit", id, "resource_limit"), 2);
    await os("limit", "list", "--project", project);
    await os("limit", "delete", id);
    for (const it of await json(os, "registered", "limit", "list", "--resource-name", "thing"))
      await os("registered", "limit", "delete", it.ID);
  },
  consumer: async (os) => {
    const { id } = await json(os, "consumer", "create", "--description", "c");
    await os("consumer", "set", "--description", "changed", id);
    assert.equal(await shown(os, "consumer", id, "description"), "changed");
    await os("consumer", "list");
    await os("consumer", "delete", id);
  },
  "request token and access token": async (os) => {
    const consumer = await json(os, "consumer", "create");
    const of = ["--consumer-key", consumer.id, "--consumer-secret", consumer.secret];
    const asked = await json(os, "request", "token", "create", ...of, "--project", "admin");
    const allowed = await json(os, "request", "token", "authorize", "--request-key", asked.id, "--role", "reader");
    const got = ["--request-key", asked.id, "--request-secret", asked.secret, "--verifier", allowed.oauth_verifier];
    assert.ok((await json(os, "access", "token", "create", ...of, ...got)).id);
    await os("consumer", "delete", consumer.id);
  },
  "identity provider": async (os) => {
    await os("identity", "provider", "create", "--remote-id", "http://idp", "--domain", "nouns", "idp");
    await os("identity", "provider", "set", "--description", "changed", "idp");
    assert.equal(await shown(os, "identity provider", "idp", "description"), "changed");
    await os("identity", "provider", "list");
  },
  mapping: async (os, { folder }) => {
    const file = join(folder, "rules.json");
    await writeFile(file, JSON.stringify([{ local: [{ user: { name: "{0}" } }], remote: [{ type: "OIDC-sub" }] }]));
    await os("mapping", "create", "--rules", file, "m");
    await os("mapping", "set", "--rules", file, "m");
    await os("mapping", "show", "m");
    await os("mapping", "list");
  },
  "federation protocol": async (os) => {
    const of = ["--identity-provider", "idp"];
    await os("federation", "protocol", "create", ...of, "--mapping", "m", "openid");
    await os("federation", "protocol", "set", ...of, "--mapping", "m", "openid");
    await os("federation", "protocol", "show", ...of, "openid");
    assert.equal((await json(os, "federation", "protocol", "list", ...of)).length, 1);
    await os("federation", "protocol", "delete", ...of, "openid");
    await os("mapping", "delete", "m");
    await os("identity", "provider", "delete", "idp");
  },
  "federation domain and project": async (os) => {
    await os("federation", "domain", "list");
    await os("federation", "project", "list");
  },
  "service provider": async (os) => {
    await os(
      "service",
      "provider",
      "create",
      "--auth-url",
      "http://sp/v3",
      "--service-provider-url",
      "http://sp/sso",
      "sp",
    );
    await os("service", "provider", "set", "--description", "changed", "sp");
    assert.equal(await shown(os, "service provider", "sp", "description"), "changed");
    await os("service", "provider", "list");
    await os("service", "provider", "delete", "sp");
  },
  "user password": async (os, { password }) => {
    const set = (from: string, to: string) =>
      os("--os-password", from, "user", "password", "set", "--original-password", from, "--password", to);
    await set(password, "one for a moment");
    await set("one for a moment", password);
  },
  "all of it, deleted": async (os) => {
    await os("service", "delete", "s");
    await os("region", "delete", "nouns-region");
    await os("role", "delete", "r2");
    await os("role", "delete", "--domain", "nouns", "own");
    await os("group", "delete", "--domain", "nouns", "g2");
    await os("user", "delete", "--domain", "nouns", "u", "v");
    await os("project", "delete", "--domain", "nouns", "below", "p");
    await os("domain", "set", "--disable", "nouns");
    await os("domain", "delete", "nouns");
  },
};

const cloud = await startCloud({});
const folder = await mkdtemp(join(tmpdir(), "nouns-"));
const client = openClient(cloud.admin);
let failed = 0;
try {
  for (const [noun, step] of Object.entries(nouns)) {
    const why = await step(client.os, { folder, password: cloud.admin.password }).then(
      () => undefined,
      (it: Error) => it.message,
    );
    if (why) failed += 1;
    console.log(`${why ? "fails" : "works"}  ${noun}${why ? `\n       ${why}` : ""}`);
  }
  console.log(`${Object.keys(nouns).length - failed} work, ${failed} fail`);
  if (failed > 0) process.exitCode = 1;
} finally {
  client.close();
  await rm(folder, { recursive: true, force: true });
  await cloud.stop();
}
