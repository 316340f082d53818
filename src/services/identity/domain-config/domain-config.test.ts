import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun } from "../begun.testkit.ts";

const { cloud, made, tokenOf } = await begun();
const ldap = { url: "ldap://directory.example:389", user_tree_dn: "ou=Users,dc=example,dc=org" };

describe("what a domain sets for itself", () => {
  after(() => cloud.stop());

  const ask = async (method: string, path: string, config?: unknown, as = "admin") => {
    const body = config === undefined ? undefined : { config };
    const { status, body: said } = await cloud.call(method, `/v3/domains/${path}`, { body, as });
    return { status, config: said?.config, message: said?.error?.message };
  };
  const domain = async (name: string, config?: object) => {
    const { id } = await made("domain", { name });
    if (config) assert.equal((await ask("PUT", `${id}/config`, config)).status, 201);
    return id as string;
  };

  test("is said as a whole, and shown as a whole, by group and by option", async () => {
    const id = await domain("whole");
    assert.deepEqual(await ask("GET", `${id}/config`), {
      status: 404,
      config: undefined,
      message: `Could not find any options in domain configuration for domain ${id}.`,
    });
    const config = { identity: { driver: "ldap" }, ldap };
    assert.deepEqual((await ask("PUT", `${id}/config`, config)).config, config);
    assert.deepEqual((await ask("GET", `${id}/config`)).config, config);
    assert.deepEqual((await ask("GET", `${id}/config/ldap`)).config, { ldap });
    assert.deepEqual((await ask("GET", `${id}/config/ldap/url`)).config, { url: ldap.url });
    const again = await ask("PUT", `${id}/config`, { ldap: { page_size: 100 } });
    assert.deepEqual([again.status, again.config], [200, { ldap: { page_size: 100 } }]);
    assert.equal((await ask("GET", "nowhere/config")).message, "Could not find domain: nowhere.");
  });

  test("is changed as a whole, by group and by option", async () => {
    const id = await domain("changed", { identity: { driver: "ldap" }, ldap });
    const url = "ldap://other.example";
    assert.deepEqual((await ask("PATCH", `${id}/config`, { ldap: { url } })).config.ldap, { ...ldap, url });
    const group = await ask("PATCH", `${id}/config/identity`, { identity: { driver: "sql", list_limit: 7 } });
    assert.deepEqual(group.config.identity, { driver: "sql", list_limit: 7 });
    const option = await ask("PATCH", `${id}/config/identity/driver`, { driver: "ldap" });
    assert.deepEqual(option.config.identity, { driver: "ldap", list_limit: 7 });
    assert.equal((await ask("DELETE", `${id}/config/identity/driver`)).status, 204);
    assert.equal(
      (await ask("GET", `${id}/config/identity/driver`)).message,
      `Could not find option driver in group identity in domain configuration for domain ${id}.`,
    );
    assert.equal((await ask("DELETE", `${id}/config/identity/driver`)).status, 404);
    assert.equal((await ask("DELETE", `${id}/config/identity`)).status, 204);
    assert.equal(
      (await ask("DELETE", `${id}/config/identity`)).message,
      `Could not find group identity in domain configuration for domain ${id}.`,
    );
    assert.equal((await ask("DELETE", `${id}/config`)).status, 204);
    assert.equal((await ask("GET", `${id}/config`)).status, 404);
  });

  test("is refused with the real service's sentences when it makes no sense", async () => {
    const id = await domain("refused", { identity: { driver: "ldap" }, ldap });
    const no = (why: string) => ({
      status: 403,
      config: undefined,
      message: `Invalid domain specific configuration: ${why}.`,
    });
    const refused: [string, string, unknown, string][] = [
      ["PUT", "", {}, "No options specified"],
      ["PUT", "", undefined, "No options specified"],
      ["PUT", "", { ldap: {} }, "The value of group ldap specified in the config should be a dictionary of options"],
      ["PUT", "", { ldap: "x" }, "The value of group ldap specified in the config should be a dictionary of options"],
      ["PUT", "", { nothing: { a: 1 } }, "Group nothing is not supported for domain specific configurations"],
      ["PUT", "", { ldap: { a: 1 } }, "Option a in group ldap is not supported for domain specific configurations"],
      ["PUT", "", { constructor: { a: 1 } }, "Group constructor is not supported for domain specific configurations"],
      ["GET", "/nothing", undefined, "Group nothing is not supported for domain specific configurations"],
      ["GET", "/ldap/a", undefined, "Option a in group ldap is not supported for domain specific configurations"],
      [
        "PATCH",
        "/ldap",
        { identity: { driver: "x" } },
        "request to update group ldap, but config provided contains group identity instead",
      ],
      [
        "PATCH",
        "/ldap",
        { identity: { driver: "x" }, ldap },
        "Trying to update group ldap, so that, and only that, group must be specified in the config",
      ],
      [
        "PATCH",
        "/ldap/url",
        { user: "x" },
        "Trying to update option url in group ldap, but config provided contains option user instead",
      ],
      [
        "PATCH",
        "/ldap/url",
        ldap,
        "Trying to update option url in group ldap, so that, and only that, option must be specified  in the config",
      ],
    ];
    for (const [method, path, config, why] of refused) {
      const body = method === "GET" ? undefined : config === undefined ? {} : { config };
      const { status, body: said } = await cloud.call(method, `/v3/domains/${id}/config${path}`, { body });
      assert.deepEqual({ status, config: said.config, message: said.error?.message }, no(why));
    }
    assert.equal((await ask("PATCH", `${id}/config/ldap/suffix`, { suffix: "x" })).status, 404);
  });

  test("keeps a password to itself, in the answers and in the database", async () => {
    const password = "a very secret password";
    const id = await domain("secret", { identity: { driver: "ldap" }, ldap: { ...ldap, password } });
    assert.deepEqual((await ask("GET", `${id}/config`)).config.ldap, ldap);
    assert.deepEqual(
      (await ask("PATCH", `${id}/config/ldap`, { ldap: { password: "another one" } })).config.ldap,
      ldap,
    );
    assert.equal((await ask("GET", `${id}/config/ldap/password`)).status, 404);
    assert.equal((await ask("DELETE", `${id}/config/ldap/password`)).status, 204);
    await ask("PATCH", `${id}/config/ldap`, { ldap: { password } });
    const { rows } = await cloud.database.pool.query("select * from identity_domain_options");
    const kept =
      JSON.stringify(rows) + JSON.stringify((await cloud.database.pool.query("select * from platform_events")).rows);
    assert.ok(kept.includes(ldap.url) && !kept.includes(password) && !kept.includes("another one"));
  });

  test("has defaults that anybody who administers may read, and passwords none", async () => {
    const { config } = await ask("GET", "config/default");
    assert.equal(config.identity.driver, "sql");
    assert.equal(config.ldap.user_objectclass, "inetOrgPerson");
    assert.ok(!("password" in config.ldap));
    assert.deepEqual((await ask("GET", "config/ldap/default")).config, { ldap: config.ldap });
    for (const option of Object.keys(config.ldap))
      assert.deepEqual((await ask("GET", `config/ldap/${option}/default`)).config, { [option]: config.ldap[option] });
    assert.equal(
      (await ask("GET", "config/ldap/password/default")).message,
      "Invalid domain specific configuration: Reading the default for option password in group ldap is not supported.",
    );
  });

  test("is the administrators' affair; what is asked of passwords is everybody's", async () => {
    const id = await domain("private", { ldap });
    for (const [method, config] of [["GET"], ["PUT", { ldap }], ["PATCH", { ldap }], ["DELETE"]] as const) {
      assert.equal((await ask(method, `${id}/config`, config, "demo")).status, 403);
      assert.equal((await ask(method, "nowhere/config", config, "demo")).status, 403);
    }
    assert.equal((await ask("GET", "config/default", undefined, "demo")).status, 403);
    const { id: role } = (await cloud.call("GET", "/v3/roles?name=admin")).body.roles[0];
    const { id: chief } = await made("user", { name: "chief", domain_id: id, password: "secret" });
    await cloud.call("PUT", `/v3/domains/${id}/users/${chief}/roles/${role}`);
    const own = await tokenOf("chief", { domain: { id } }, "secret", { id });
    for (const [method, config] of [["GET"], ["PUT", { ldap }], ["PATCH", { ldap }], ["DELETE"]] as const)
      assert.equal(
        (await ask(method, `${id}/config`, config, own)).status,
        403,
        "it is not its administrator's either",
      );
    const asked = await ask("GET", "default/config/security_compliance", undefined, "demo");
    assert.deepEqual(Object.keys(asked.config.security_compliance), ["password_regex", "password_regex_description"]);
    assert.equal(
      (await ask("GET", "default/config/security_compliance/password_regex", undefined, "demo")).status,
      200,
    );
    assert.equal(
      (await ask("GET", "default/config/security_compliance/lockout_duration", undefined, "demo")).status,
      403,
    );
    assert.equal((await ask("GET", `${id}/config/security_compliance`, undefined, "demo")).status, 403);
  });
});
