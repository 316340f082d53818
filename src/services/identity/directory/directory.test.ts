import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { group, groupDn, person, personDn } from "#drivers/identity/ldap/people.testkit.ts";
import { noSlapd, type Slapd, slapd } from "#drivers/identity/ldap/slapd.testkit.ts";
import type { Answered } from "#test/cloud.ts";
import { begun, onProject } from "../begun.testkit.ts";
import { publicId } from "./directory.ts";

const { cloud, login, tokenOf, made, works } = await begun();

describe("a domain whose users are kept in a directory", { skip: noSlapd }, () => {
  let server: Slapd;
  let corp: string;
  const silence = `The directory of domain corp does not answer as it should: nothing can be said of its users and groups at the moment. Those of other domains are not affected`;
  const get = (path: string, as = "admin") => cloud.call("GET", `/v3/${path}`, { as });
  const names = (key: string) => async (it: Promise<Answered>) =>
    ((await it).body[key] as { name: string }[]).map(({ name }) => name);
  const users = names("users");
  const groups = names("groups");
  const idOf = async (kind: string, name: string) =>
    (await get(`${kind}s?name=${name}&domain_id=${corp}`)).body[`${kind}s`][0].id as string;
  const enter = (name: string, scope?: unknown, password = `${name}'s`) =>
    login(name, scope, password, { name: "corp" });
  const enterAs = async (name: string, scope?: unknown) =>
    (await enter(name, scope)).headers["x-subject-token"] as string;
  const configure = (config: object, domain = corp) =>
    cloud.call("PATCH", `/v3/domains/${domain}/config`, { body: { config } });
  const grant = async (kind: string, id: string, role: string, method = "PUT") => {
    const [project, { id: roleId }] = [
      (await get("projects?name=work")).body.projects[0].id,
      (await get(`roles?name=${role}`)).body.roles[0],
    ];
    return cloud.call(method, `/v3/projects/${project}/${kind}s/${id}/roles/${roleId}`);
  };

  before(async () => {
    server = await slapd(
      [
        person("ann", { mail: "ann@example.org" }),
        person("bob"),
        person("cy"),
        person("off", { employeeType: "FALSE" }),
        group("staff", [personDn("ann"), personDn("bob")], { description: "Who works here" }),
        group("others", [personDn("cy")]),
      ].join(""),
    );
    corp = (await made("domain", { name: "corp" })).id;
    await made("user", { name: "left behind", domain_id: corp, password: "secret" });
    await made("project", { name: "work" });
    await configure({ identity: { driver: "ldap" }, ldap: server.options() });
  });
  after(async () => {
    await cloud.stop();
    await server?.end();
  });

  test("lists them with ids that are the same for ever", async () => {
    assert.deepEqual(await users(get(`users?domain_id=${corp}`)), ["ann", "bob", "cy", "off"]);
    const id = await idOf("user", "ann");
    assert.equal(id, publicId(corp, "user", "ann"));
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.deepEqual((await get(`users/${id}`)).body.user, {
      id,
      name: "ann",
      domain_id: corp,
      enabled: true,
      email: "ann@example.org",
      options: {},
      password_expires_at: null,
      links: { self: `http://localhost:80/v3/users/${id}` },
    });
    assert.deepEqual(await groups(get(`groups?domain_id=${corp}`)), ["others", "staff"]);
    const staff = await idOf("group", "staff");
    assert.equal((await get(`groups/${staff}`)).body.group.description, "Who works here");
    assert.deepEqual(await users(get(`groups/${staff}/users`)), ["ann", "bob"]);
    assert.deepEqual(await groups(get(`users/${id}/groups`)), ["staff"]);
    assert.equal((await get(`groups/${staff}/users/${id}`)).status, 204);
    const cy = await idOf("user", "cy");
    assert.equal((await cloud.call("HEAD", `/v3/groups/${staff}/users/${cy}`)).status, 404);
    assert.equal((await get(`users/${publicId(corp, "user", "nobody")}`)).status, 404);
  });

  test("narrows lists by what is asked, and shows them in pages", async () => {
    assert.deepEqual(await users(get(`users?domain_id=${corp}&name__startswith=a`)), ["ann"]);
    assert.deepEqual(await users(get(`users?domain_id=${corp}&enabled=false`)), ["off"]);
    assert.deepEqual(await users(get(`users?domain_id=${corp}&name=*`)), []);
    assert.deepEqual(await users(get(`users?domain_id=${corp}&name=ANN`)), ["ann"]);
    const seen: string[] = [];
    let path: string | null = `users?domain_id=${corp}&limit=3`;
    for (let pages = 0; path && pages < 5; pages += 1) {
      const { body } = await get(path);
      seen.push(...body.users.map((it: { name: string }) => it.name));
      path = body.links.next && (body.links.next as string).replace("http://localhost:80/v3/", "");
    }
    assert.deepEqual(seen.sort(), ["ann", "bob", "cy", "off"]);
  });

  test("shows no more of them than its configuration wants, and says so", async () => {
    await configure({ identity: { list_limit: 3 } });
    const { users: shown, truncated } = (await get(`users?domain_id=${corp}`)).body;
    assert.deepEqual([shown.length, truncated], [3, true]);
    assert.equal((await get(`groups?domain_id=${corp}`)).body.truncated, undefined);
    await cloud.call("DELETE", `/v3/domains/${corp}/config/identity/list_limit`);
    assert.equal((await get(`users?domain_id=${corp}`)).body.truncated, undefined);
  });

  test("shows them among everybody's, and nobody who was kept here before", async () => {
    const all = await users(get("users"));
    for (const name of ["admin", "demo", "ann", "off"]) assert.ok(all.includes(name), name);
    assert.ok(!all.includes("left behind"));
    assert.deepEqual(await users(get("users?name=ann")), ["ann"]);
    assert.deepEqual(await users(get("users?domain_id=default&name=ann")), []);
    assert.ok((await groups(get("groups"))).includes("staff"));
  });

  test("lets them in by name and by id, and tells nobody which of them there are", async () => {
    const { status, body } = await enter("ann");
    assert.equal(status, 201);
    assert.deepEqual(body.token.user, {
      domain: { id: corp, name: "corp" },
      id: publicId(corp, "user", "ann"),
      name: "ann",
      password_expires_at: null,
    });
    const byId = { methods: ["password"], password: { user: { id: body.token.user.id, password: "ann's" } } };
    assert.equal(
      (await cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth: { identity: byId } } })).status,
      201,
    );
    const refused = [
      await enter("ann", undefined, "wrong"),
      await enter("nobody"),
      await enter("off"),
      await enter("*", undefined, "ann's"),
    ];
    for (const it of [...refused, await enter("left behind", undefined, "secret"), await enter("ann", undefined, "")]) {
      assert.equal(it.status, 401);
      assert.deepEqual(it.body, refused[0]!.body);
    }
  });

  test("only reads them", async () => {
    const [ann, staff] = [await idOf("user", "ann"), await idOf("group", "staff")];
    const body = { user: { name: "new", domain_id: corp, password: "secret" } };
    const refused = [
      await cloud.call("POST", "/v3/users", { body }),
      await cloud.call("PATCH", `/v3/users/${ann}`, { body: { user: { enabled: false } } }),
      await cloud.call("DELETE", `/v3/users/${ann}`),
      await cloud.call("POST", `/v3/users/${ann}/password`, {
        body: { user: { original_password: "ann's", password: "new" } },
      }),
      await cloud.call("POST", "/v3/groups", { body: { group: { name: "new", domain_id: corp } } }),
      await cloud.call("PATCH", `/v3/groups/${staff}`, { body: { group: { name: "new" } } }),
      await cloud.call("DELETE", `/v3/groups/${staff}`),
      await cloud.call("PUT", `/v3/groups/${staff}/users/${ann}`),
      await cloud.call("DELETE", `/v3/groups/${staff}/users/${ann}`),
    ];
    for (const it of refused) {
      assert.equal(it.status, 403);
      assert.equal(it.body.error.message, "LDAP does not support write operations");
    }
    const wrong = { user: { original_password: "wrong", password: "new" } };
    assert.equal((await cloud.call("POST", `/v3/users/${ann}/password`, { body: wrong })).status, 401);
  });

  test("gives them roles here, their own and their groups'", async () => {
    const [cy, staff] = [await idOf("user", "cy"), await idOf("group", "staff")];
    assert.equal((await enter("ann", onProject("work"))).status, 401);
    assert.equal((await grant("user", cy, "reader")).status, 204);
    assert.equal((await grant("group", staff, "member")).status, 204);
    const roles = async (name: string) =>
      (await enter(name, onProject("work"))).body.token?.roles.map((it: { name: string }) => it.name);
    assert.deepEqual(await roles("cy"), ["reader"]);
    assert.deepEqual(await roles("ann"), ["member", "reader"]);
    const mine = await get("auth/projects", await enterAs("ann"));
    assert.deepEqual(
      mine.body.projects.map((it: { name: string }) => it.name),
      ["work"],
    );
    const held = await get(`role_assignments?user.id=${publicId(corp, "user", "ann")}&effective&include_names`);
    assert.deepEqual(held.body.role_assignments.map((it: { role: { name: string } }) => it.role.name).sort(), [
      "member",
      "reader",
    ]);
  });

  test("asks the directory again for each token that is made from another or from a secret", async () => {
    const token = await enterAs("bob", onProject("work"));
    const secret = await cloud.call("POST", `/v3/users/${publicId(corp, "user", "bob")}/application_credentials`, {
      as: token,
      body: { application_credential: { name: "robot", secret: "hush" } },
    });
    assert.equal(secret.status, 201, secret.text);
    const { id } = secret.body.application_credential;
    const again = async (identity: object) =>
      (await cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth: { identity } } })).status;
    const byToken = { methods: ["token"], token: { id: token } };
    const bySecret = { methods: ["application_credential"], application_credential: { id, secret: "hush" } };
    assert.deepEqual([await again(byToken), await again(bySecret)], [201, 201]);
    server.change(`dn: ${personDn("bob")}\nchangetype: modify\nreplace: employeeType\nemployeeType: FALSE\n`);
    assert.deepEqual([await again(byToken), await again(bySecret)], [401, 401]);
    assert.equal((await enter("bob")).status, 401);
    server.change(`dn: ${personDn("bob")}\nchangetype: modify\ndelete: employeeType\n`);
    assert.deepEqual([await again(byToken), await again(bySecret)], [201, 201]);
  });

  test("takes their tokens back when the directory disables them or puts them out of a group", async () => {
    const [ann, bob] = [await enterAs("ann", onProject("work")), await enterAs("bob")];
    assert.equal((await cloud.runLoop("identity.directories.watch")).changed, 0);
    assert.deepEqual([await works(ann), await works(bob)], [true, true]);
    server.change(`dn: ${groupDn("staff")}\nchangetype: modify\ndelete: member\nmember: ${personDn("ann")}\n`);
    server.change(`dn: ${personDn("bob")}\nchangetype: modify\nreplace: employeeType\nemployeeType: FALSE\n`);
    assert.equal((await cloud.runLoop("identity.directories.watch")).changed, 2);
    await cloud.settle();
    assert.deepEqual([await works(ann), await works(bob)], [false, false]);
    assert.equal((await cloud.runLoop("identity.directories.watch")).changed, 0);
    assert.equal((await enter("ann", onProject("work"))).status, 401);
    server.change(`dn: ${personDn("bob")}\nchangetype: modify\ndelete: employeeType\n`);
    server.change(`dn: ${groupDn("staff")}\nchangetype: modify\nadd: member\nmember: ${personDn("ann")}\n`);
    const before = await enterAs("ann", onProject("work"));
    server.change(`dn: ${groupDn("staff")}\nchangetype: modify\ndelete: member\nmember: ${personDn("ann")}\n`);
    assert.ok(await works(await enterAs("ann")), "the login that finds it out is good");
    assert.equal(await works(before), false);
    server.change(`dn: ${groupDn("staff")}\nchangetype: modify\nadd: member\nmember: ${personDn("ann")}\n`);
  });

  test("knows within a minute who is in a group with a role, before they ever log in", async () => {
    const [cy, others] = [await idOf("user", "cy"), await idOf("group", "others")];
    const roles = async () =>
      (await get(`role_assignments?user.id=${cy}&effective&include_names`)).body.role_assignments
        .map((it: { role: { name: string } }) => it.role.name)
        .sort();
    assert.deepEqual(await roles(), ["reader"]);
    await grant("group", others, "member");
    await cloud.runLoop("identity.directories.watch");
    assert.deepEqual(await roles(), ["member", "reader", "reader"]);
    await grant("group", others, "member", "DELETE");
  });

  test("is silent aloud while its directory is, and comes back by itself", async () => {
    const [ann, staff] = [await idOf("user", "ann"), await idOf("group", "staff")];
    const token = await enterAs("ann", onProject("work"));
    await server.stop();
    const asked = [
      `users?domain_id=${corp}`,
      `users/${ann}`,
      `groups?domain_id=${corp}`,
      `groups/${staff}`,
      `groups/${staff}/users`,
      `users/${ann}/groups`,
    ];
    for (const path of asked) {
      const { status, body } = await get(path);
      assert.deepEqual([status, body.error?.message], [503, `${silence}.`], path);
    }
    assert.equal((await enter("ann")).body.error.message, `${silence}.`);
    for (const path of ["users", "users?enabled=true", "groups", "users?name=nobody"]) {
      const { status, body } = await get(path);
      assert.deepEqual(
        [status, body.error?.message],
        [503, `${silence}, and can be listed by naming their domain.`],
        path,
      );
    }
    assert.ok(await works(token), "what was issued is good");
    assert.ok(await works(await tokenOf("demo", onProject("demo"))));
    assert.deepEqual(await users(get("users?domain_id=default&name=demo")), ["demo"]);
    const found = await get("users?name=demo");
    assert.deepEqual([found.status, found.body.truncated], [200, true]);
    assert.match(found.headers.warning ?? "", /corp/);
    assert.equal((await grant("user", ann, "reader")).status, 204);
    assert.equal((await cloud.runLoop("identity.directories.watch")).changed, 0);
    await server.start();
    assert.deepEqual(await users(get(`users?domain_id=${corp}&name=ann`)), ["ann"]);
    assert.equal((await enter("ann")).status, 201);
    assert.ok(await works(token));
    await grant("user", ann, "reader", "DELETE");
  });

  test("takes a change of its options at once, in every process", async () => {
    const other = await cloud.another();
    const list = async (process: { call: typeof cloud.call }) =>
      (await process.call("GET", `/v3/users?domain_id=${corp}`)).body.users.map((it: { name: string }) => it.name);
    assert.equal((await list(other)).length, 4);
    await configure({ ldap: { user_filter: "(uid=cy)" } });
    assert.deepEqual([await list(cloud), await list(other)], [["cy"], ["cy"]]);
    await configure({ ldap: { user_filter: "" } });
    assert.equal((await list(other)).length, 4);
    await configure({ ldap: { url: "nonsense" } });
    assert.equal((await other.call("GET", `/v3/users?domain_id=${corp}`)).status, 503);
    await configure({ ldap: { url: server.url, password: "%(nothing)s" } });
    assert.equal((await get(`users?domain_id=${corp}`)).status, 503);
    await configure({ ldap: server.options() });
    assert.equal((await list(cloud)).length, 4);
    await other.stop();
  });

  test("may keep its groups here", async () => {
    await configure({ identity: { group_driver: "sql" } });
    const [ann, own] = [await idOf("user", "ann"), await made("group", { name: "own", domain_id: corp })];
    assert.equal((await cloud.call("PUT", `/v3/groups/${own.id}/users/${ann}`)).status, 204);
    assert.deepEqual(await groups(get(`groups?domain_id=${corp}`)), ["own"]);
    assert.deepEqual(await groups(get(`users/${ann}/groups`)), ["own"]);
    assert.deepEqual(await users(get(`groups/${own.id}/users`)), ["ann"]);
    assert.equal((await get(`groups/${publicId(corp, "group", "staff")}`)).status, 404);
    assert.equal((await grant("group", own.id, "manager")).status, 204);
    const { token } = (await enter("ann", onProject("work"))).body;
    assert.deepEqual(
      token.roles.map((it: { name: string }) => it.name),
      ["manager", "member", "reader"],
    );
    await cloud.call("DELETE", `/v3/groups/${own.id}`);
    await cloud.call("DELETE", `/v3/domains/${corp}/config/identity/group_driver`);
    assert.deepEqual(await groups(get(`groups?domain_id=${corp}`)), ["others", "staff"]);
  });

  test("that never had a directory that answers is said to be missing, and hides nobody", async () => {
    const { id } = await made("domain", { name: "empty" });
    await configure({ identity: { driver: "ldap" }, ldap: { url: "ldap://127.0.0.1:1", pool_retry_max: 1 } }, id);
    const { status, body, headers } = await get("users");
    assert.deepEqual([status, body.truncated], [200, true]);
    assert.match(headers.warning ?? "", /empty/);
    assert.equal((await get(`users?domain_id=${id}`)).status, 503);
    await configure({ identity: { driver: "something else" } }, id);
    assert.equal((await get(`users?domain_id=${id}`)).status, 503);
    await cloud.call("PATCH", `/v3/domains/${id}`, { body: { domain: { enabled: false } } });
    assert.equal((await cloud.call("DELETE", `/v3/domains/${id}`)).status, 204);
    assert.equal((await get("users")).body.truncated, undefined);
  });

  test("lets nobody in any more once its users are kept here", async () => {
    const [token, ann] = [await enterAs("ann", onProject("work")), await idOf("user", "ann")];
    await cloud.call("DELETE", `/v3/domains/${corp}/config`);
    assert.equal(await works(token), false);
    assert.equal((await enter("ann")).status, 401);
    assert.equal((await get(`users/${ann}`)).status, 404);
    assert.deepEqual(await users(get(`users?domain_id=${corp}`)), ["left behind"]);
    assert.equal((await enter("left behind", undefined, "secret")).status, 201);
  });
});
