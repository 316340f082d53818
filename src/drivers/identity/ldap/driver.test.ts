import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import type { Directory } from "#services/identity/driver.ts";
import { ldapDirectories } from "./driver.ts";
import { group, groupDn, person, personDn, posixGroup } from "./people.testkit.ts";
import { freePort, noSlapd, type Slapd, slapd } from "./slapd.testkit.ts";

const hostile = [
  "*",
  "a*",
  "(|(uid=*))",
  "ann)(uid=*",
  "\\2a",
  "back\\slash",
  "nul\0l",
  'comma, plus+ "q" <x>; #',
  "ü→😀",
];
describe("a directory that speaks LDAP", { skip: noSlapd }, async () => {
  if (noSlapd) return;
  const server: Slapd = await slapd(
    [
      person("ann", { cn: "Ann Lee", mail: "ann@example.org", description: "The first", telephoneNumber: "12" }),
      person("bob", { employeeType: "FALSE" }),
      person("cy", { employeeNumber: "514" }),
      person("dee", { employeeNumber: "512" }),
      ...hostile.filter((it) => !it.includes("\0")).map((it, i) => person(`h${i}`, { cn: it })),
      person("o, ne", { cn: "a comma in the name" }),
      person("named").replace(/^uid::.*$/m, (one) => `uid:: ${Buffer.from("alias").toString("base64")}\n${one}`),
      person("twin1", { cn: "twin" }),
      person("twin2", { cn: "twin" }),
      group(
        "staff",
        [personDn("ann"), personDn("bob"), personDn("o, ne").replace("uid", "UID").replace(",ou", ", OU")],
        {
          description: "Who works here",
        },
      ),
      group("all", [groupDn("staff"), personDn("cy")]),
      group("ring", [groupDn("ring2"), personDn("dee")]),
      group("ring2", [groupDn("ring")]),
      group("enabled_users", [personDn("ann")]),
      posixGroup("posix", ["ann", "cy"]),
      `dn: ou=away,ou=groups,dc=example,dc=org\nobjectClass: referral\nobjectClass: extensibleObject\nou: away\nref: ldap://away.example/ou=away\n\n`,
    ].join(""),
  );
  const driver = ldapDirectories({ rest: 0, refusal: 50, patience: { entry: 3_000, list: 10_000 } });
  const at = (more: object = {}, domainId = "corp"): Directory => ({
    domainId,
    domainName: "corp",
    options: server.options(more),
    groups: true,
  });
  after(async () => {
    driver.close();
    await server.end();
  });
  const names = async (it: Promise<readonly { name: string }[] | undefined>) =>
    (await it)?.map(({ name }) => name).sort();
  const enabled = async (more: object) =>
    Object.fromEntries((await driver.users(at(more), [])).map((it) => [it.localId, it.enabled]));

  test("shows users and groups with what the options say of their attributes", async () => {
    const more = { user_additional_attribute_mapping: "telephoneNumber:phone" };
    assert.deepEqual(await driver.user(at(more), "ann"), {
      dn: personDn("ann"),
      localId: "ann",
      name: "Ann Lee",
      enabled: true,
      defaultProjectId: null,
      extra: { description: "The first", phone: "12", email: "ann@example.org" },
    });
    const staff = await driver.group(at(), "staff");
    assert.equal(staff?.description, "Who works here");
    assert.equal((await driver.user(at(), "alias"))?.localId, "named", "of several ids the one in its name");
    assert.equal(await driver.user(at(), "nobody"), undefined);
    assert.equal(await driver.group(at(), "nothing"), undefined);
    assert.equal(await driver.members(at(), "nothing"), undefined);
  });

  test("is searched by name, whatever a name is made of", async () => {
    for (const value of hostile) {
      const [found, ...more] = await driver.users(at(), [{ how: "equals", value }]);
      assert.deepEqual([found?.name, more], [value.includes("\0") ? undefined : value, []], JSON.stringify(value));
    }
    assert.deepEqual(await names(driver.users(at(), [{ how: "contains", value: "*" }])), [
      "(|(uid=*))",
      "*",
      "a*",
      "ann)(uid=*",
    ]);
    assert.deepEqual(await names(driver.users(at(), [{ how: "startswith", value: "ann" }])), ["Ann Lee", "ann)(uid=*"]);
    assert.deepEqual(await names(driver.users(at(), [{ how: "endswith", value: " lee" }])), ["Ann Lee"]);
    assert.deepEqual(await names(driver.users(at(), [{ how: "equals", value: "" }])), []);
    for (const localId of ["*", "ann)(cn=*", "a\\2a", ""]) assert.equal(await driver.user(at(), localId), undefined);
    assert.equal((await driver.user(at(), "o, ne"))?.name, "a comma in the name");
  });

  test("lets in who knows the password, and nobody else", async () => {
    const login = (name: string, password: string) => driver.login(at(), { name }, password);
    assert.deepEqual((await login("Ann Lee", "ann's"))?.groups?.map((it) => it.localId).sort(), [
      "enabled_users",
      "staff",
    ]);
    assert.equal((await driver.login(at(), { localId: "ann" }, "ann's"))?.user.name, "Ann Lee");
    for (const wrong of ["", "bob's", "ann's ", "*", "\0"]) assert.equal(await login("Ann Lee", wrong), undefined);
    for (const name of ["nobody", "*", "Ann*", "", "ann)(uid=*"])
      assert.equal(await login(name, "ann's"), undefined, name);
    assert.equal(await login("twin", "twin1's"), undefined, "of two nobody can tell who is meant");
    assert.equal((await login("bob", "bob's"))?.user.enabled, false);
  });

  test("takes as long to refuse a stranger as to refuse a password", async () => {
    for (const name of ["nobody", "Ann Lee"]) {
      const started = performance.now();
      await driver.login(at(), { name }, "wrong");
      assert.ok(performance.now() - started >= 49);
    }
  });

  test("says who is enabled by a flag, its opposite, a bit, a group or not at all", async () => {
    assert.deepEqual([(await enabled({})).ann, (await enabled({})).bob], [true, false]);
    const invert = { user_enabled_invert: true, user_enabled_default: "False" };
    assert.deepEqual([(await enabled(invert)).ann, (await enabled(invert)).bob], [true, true]);
    const mask = { user_enabled_attribute: "employeeNumber", user_enabled_mask: 2, user_enabled_default: "512" };
    const by = await enabled(mask);
    assert.deepEqual([by.ann, by.cy, by.dee], [true, false, true]);
    const emulated = { user_enabled_emulation: true, user_enabled_emulation_dn: groupDn("enabled_users") };
    const listed = await enabled(emulated);
    assert.deepEqual([listed.ann, listed.bob, listed.dee], [true, false, false]);
    assert.equal((await driver.user(at(emulated), "ann"))?.enabled, true);
    assert.equal((await driver.user(at(emulated), "dee"))?.enabled, false);
    const ids = {
      ...emulated,
      user_enabled_emulation_dn: groupDn("posix"),
      ...posix,
      user_enabled_emulation_use_group_config: true,
    };
    const posixly = await enabled(ids);
    assert.deepEqual([posixly.ann, posixly.bob, posixly.cy], [true, false, true]);
    const missing = { ...emulated, user_enabled_emulation_dn: groupDn("nowhere") };
    assert.equal((await enabled(missing)).ann, false);
    assert.equal((await enabled({ user_attribute_ignore: "enabled" })).bob, true);
  });

  const posix = { group_objectclass: "posixGroup", group_member_attribute: "memberUid", group_members_are_ids: true };

  test("knows members by their names or their ids, however these are spelt", async () => {
    assert.deepEqual(await names(driver.members(at(), "staff")), ["Ann Lee", "a comma in the name", "bob"]);
    assert.deepEqual(await names(driver.members(at(posix), "posix")), ["Ann Lee", "cy"]);
    const [cy] = await driver.present(at(posix), ["cy"]);
    assert.deepEqual(
      cy?.groups?.map((it) => it.localId),
      ["posix"],
    );
  });

  test("looks into groups that lie in groups, when it is told to", async () => {
    const groups = async (id: string, more: object) =>
      (await driver.present(at(more), [id]))[0]?.groups?.map((it) => it.localId).sort();
    const nested = { group_ad_nesting: true };
    assert.deepEqual(await groups("bob", {}), ["staff"]);
    assert.deepEqual(await groups("bob", nested), ["all", "staff"]);
    assert.deepEqual(await groups("dee", nested), ["ring", "ring2"]);
    assert.deepEqual(await names(driver.members(at(), "all")), ["cy"]);
    assert.deepEqual(await names(driver.members(at(nested), "all")), ["Ann Lee", "a comma in the name", "bob", "cy"]);
    assert.deepEqual(await names(driver.members(at(nested), "ring2")), ["dee"]);
  });

  test("reads more than its server gives at once, page by page", async () => {
    const many = Array.from({ length: 1_200 }, (_, i) => person(`many${i}`));
    server.change(many.map((one) => one.replace("\n", "\nchangetype: add\n")).join(""));
    for (const page_size of [0, 100, 5_000]) {
      const found = await driver.users(at({ page_size }), [{ how: "startswith", value: "many" }]);
      assert.equal(found.length, 1_200);
    }
    const walk = at({ page_size: 100 });
    const started = await driver.users(walk, [], "starts");
    assert.equal(await driver.users(walk, [], "goes on"), started);
    assert.notEqual(await driver.users(walk, [], "starts"), started);
  });

  test("answers hundreds with a handful of connections", async () => {
    const few = at({ pool_size: 3, auth_pool_size: 2, page_size: 100 }, "few");
    const before = server.connections();
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, i) => driver.login(few, { name: `many${i}` }, `many${i}'s`)),
    );
    assert.ok(all.every((it, i) => it?.user.localId === `many${i}`));
    const used = server.connections() - before - 1; // that of the one who counts
    assert.ok(used <= 5, `${used} connections`);
  });

  test("speaks over TLS when it is told to, and to nobody it cannot trust", async () => {
    const tls = { tls_cacertfile: server.caFile };
    for (const more of [
      { ...tls, use_tls: true },
      { ...tls, url: server.ldapsUrl },
      { url: server.ldapsUrl, tls_req_cert: "never" },
    ])
      assert.equal((await driver.user(at(more), "ann"))?.name, "Ann Lee");
    for (const more of [{ use_tls: true }, { url: server.ldapsUrl }])
      await assert.rejects(
        driver.user(at(more), "ann"),
        (why) => why instanceof Unavailable && /certificate/.test(why.message),
      );
  });

  test("takes one kind of encryption at a time", async () => {
    const both = at({ url: server.ldapsUrl, use_tls: true, tls_cacertfile: server.caFile });
    await assert.rejects(driver.user(both, "ann"), (why) => why instanceof Refused && /use_tls/.test(why.message));
  });

  test("takes the next server when one does not answer", async () => {
    const dead = `ldap://127.0.0.1:${await freePort()}`;
    assert.equal((await driver.user(at({ url: `${dead},${server.url}` }), "ann"))?.name, "Ann Lee");
    const look = await driver.look(at({ url: `${dead}, ${server.url}` }));
    assert.deepEqual(
      look.servers.map((it) => it.trouble === null),
      [false, true],
    );
    assert.equal(look.groups.trouble, null);
    assert.ok(look.users.count > 1_000 && look.users.first.length === 5);
  });

  test("is unavailable while its server is down, hangs or keeps its reader out, and back as soon as that ends", async () => {
    const own = at({}, "outage");
    const off = (why: unknown) => why instanceof Unavailable;
    assert.equal((await driver.users(own, [{ how: "equals", value: "bob" }])).length, 1);
    await server.stop();
    await assert.rejects(driver.users(own, []), off);
    await assert.rejects(driver.login(own, { name: "bob" }, "bob's"), off);
    await server.start();
    assert.equal((await driver.login(own, { name: "bob" }, "bob's"))?.user.localId, "bob");
    await server.freeze();
    try {
      const started = performance.now();
      await assert.rejects(driver.user(own, "bob"), off);
      assert.ok(performance.now() - started < 6_000);
      const hung = at({ pool_connection_timeout: 1, pool_retry_max: 3 }, "hung");
      const waiting = performance.now();
      const all = await Promise.allSettled(Array.from({ length: 20 }, () => driver.user(hung, "bob")));
      assert.ok(all.every((it) => it.status === "rejected" && off(it.reason)));
      // The last try may begin just before the time is over: two seconds and one more. All tries of all would take six.
      assert.ok(performance.now() - waiting < 4_500, "tries end when their time does");
    } finally {
      server.thaw();
    }
    assert.equal((await driver.user(own, "bob"))?.localId, "bob");
    await assert.rejects(driver.users(at({ password: "another" }), []), off);
    await assert.rejects(driver.users(at({ user_tree_dn: "ou=nowhere,dc=example,dc=org" }), []), off);
  });

  test("passes over what other servers have, unless it is told that this matters", async () => {
    assert.ok((await driver.groups(at(), [])).length > 4);
    await assert.rejects(driver.groups(at({ chase_referrals: true }), []), /ldap:\/\/away\.example/);
  });

  test("refuses options that make no sense, by name", async () => {
    const wrong = {
      url: "http://x",
      query_scope: "all",
      page_size: "many",
      use_tls: "perhaps",
      user_tree_dn: "nowhere",
      user_filter: "((",
      tls_req_cert: "sometimes",
    };
    for (const [option, value] of Object.entries(wrong))
      await assert.rejects(
        driver.users(at({ [option]: value }), []),
        (why) => why instanceof Refused && (option === "user_filter" || why.message.includes(option)),
        option,
      );
  });
});
