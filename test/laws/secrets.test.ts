import assert from "node:assert/strict";
import { test } from "node:test";
import { newLog } from "#platform/log/log.ts";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { furnish, must } from "./furniture.ts";
import { furnishIdentity } from "./identity-furniture.ts";

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
  const secrets = { password, token, key: key.split("\n")[2]!, ...(await identitySecrets(cloud)) };
  const written = lines.join("");
  for (const [name, secret] of Object.entries(secrets))
    assert.ok(!written.includes(secret), `the ${name} stands in the log`);
  for (const table of await tables(cloud.database.pool)) {
    const { rows } = await cloud.database.pool.query(`select to_jsonb(t)::text as row from ${table} t`);
    const text = rows.map((r) => r.row).join("\n");
    for (const [name, secret] of Object.entries(secrets))
      assert.ok(!text.includes(secret), `the ${name} stands in ${table}`);
  }
  await cloud.stop();
});

/** Everything that Identity keeps or makes up and must not show: as it was given or answered, after it was used rightly and wrongly. */
async function identitySecrets(cloud: TestCloud): Promise<Record<string, string>> {
  const ids = await furnishIdentity(cloud);
  const admin = (method: string, path: string, body?: object) =>
    must(cloud, method, `/identity/v3${path}`, body, "admin");
  const [user, project, domain] = ["users", "projects", "domains"].map((word) => ids.get(word)!);
  const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
  await admin("POST", "/credentials", { credential: { type: "totp", blob: seed, user_id: user } });
  const blob = "a blob that must not be seen";
  await admin("POST", "/credentials", { credential: { type: "cert", blob, user_id: user, project_id: project } });
  const ec2 = (await admin("POST", `/users/${user}/credentials/OS-EC2`, { tenant_id: project })).credential.secret;
  const consumer = (await admin("POST", "/OS-OAUTH1/consumers", { consumer: {} })).consumer.secret;
  const bind = "a password of a directory's";
  const config = { identity: { driver: "ldap" }, ldap: { url: "ldap://127.0.0.1:1", user: "cn=a", password: bind } };
  await admin("PUT", `/domains/${domain}/config`, { config });
  const own = { user: { id: user, password: "a word of theirs" } };
  const scope = { project: { id: project } };
  const body = (identity: object, where?: object) => ({ auth: { identity, ...(where && { scope: where }) } });
  const login = (it: object, where?: object) =>
    cloud.call("POST", "/identity/v3/auth/tokens", { as: null, body: body(it, where) });
  const owner = (await login({ methods: ["password"], password: own }, scope)).headers["x-subject-token"]!;
  const path = `/identity/v3/users/${user}/application_credentials`;
  const lent = async (fields: object) =>
    (await must(cloud, "POST", path, { application_credential: fields }, owner)).application_credential;
  const { id, secret: made } = await lent({ name: "made up" });
  const given = "a secret that a program was given";
  await lent({ name: "given", secret: given });
  for (const secret of [made, `${made}-wrong`]) {
    const it = { methods: ["application_credential"], application_credential: { id, secret } };
    assert.ok([201, 401].includes((await login(it)).status));
  }
  await login({ methods: ["totp"], totp: { user: { id: user, passcode: "123456" } } });
  return { seed, blob, ec2, consumer, bind, made, given, owner };
}

test("an error does not repeat a secret that came in the request", async (t) => {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  const secret = "a-word-that-must-not-be-repeated";
  const bodies: [method: string, path: string, body: object][] = [
    ["POST", "/identity/v3/users", { user: { name: 7, password: secret } }],
    ["POST", "/identity/v3/users", { user: { name: "x", password: [secret] } }],
    ["POST", "/identity/v3/users/0f0e/password", { user: { password: secret, original_password: { secret } } }],
    [
      "POST",
      "/identity/v3/auth/tokens",
      { auth: { identity: { methods: 1, password: { user: { password: secret } } } } },
    ],
    ["POST", "/identity/v3/auth/tokens", { auth: { identity: { methods: ["token"], token: { id: [secret] } } } }],
    [
      "POST",
      "/identity/v3/auth/tokens",
      { auth: { identity: { methods: ["totp"], totp: { user: { passcode: [secret] } } } } },
    ],
    ["POST", "/identity/v3/credentials", { credential: { type: 5, blob: secret } }],
    ["POST", "/compute/v2.1/servers", { server: { name: 5, adminPass: secret, user_data: secret } }],
    ["POST", "/compute/v2.1/servers", { server: { name: "a", flavorRef: "1", adminPass: [secret] } }],
  ];
  for (const [method, path, body] of bodies) {
    const { status, text } = await cloud.call(method, path, { body });
    assert.ok(status >= 400 && status < 500, `${method} ${path} was answered ${status}`);
    assert.ok(!text.includes(secret), `${method} ${path}: ${text}`);
  }
});

async function tables(pool: { query(text: string): Promise<{ rows: { name: string }[] }> }): Promise<string[]> {
  const { rows } = await pool.query(
    "select table_name as name from information_schema.tables where table_schema = 'public'",
  );
  return rows.map((r) => r.name);
}
