import assert from "node:assert/strict";
import { until } from "../../until.ts";
import { byAccount, byName, example } from "./example.ts";
import { SUFFIX } from "./forest.ts";
import { LOCKOUT, ODD, ODD_PASSWORD, PASSWORD, STAFF, staffName, users } from "./people.ts";
import { type Play, refused } from "./play.ts";

type Scene = (it: Play) => Promise<unknown>;
interface Named {
  readonly Name: string;
  readonly ID: string;
}
const names = (list: readonly Named[]) => list.map((it) => it.Name).sort();
const own = ["--domain", "corp"];
const both = ["--group-domain", "corp", "--user-domain", "corp"];
/** Everybody but the one who reads for the cloud. */
const PEOPLE = users.length - 1;
const everybody = users.filter(({ dn }) => !dn.includes("OU=Services")).map((it) => it.sAMAccountName);

/** Each by what it shows, in the order in which they build on each other. */
export const scenes: Readonly<Record<string, Scene>> = {
  "a domain takes the guide's example, and its users are listed past 1,000 of a page": async ({
    domain,
    json,
    front,
  }) => {
    await domain("corp", await example());
    const found = await json("user", "list", ...own);
    assert.deepEqual(names(found), [...everybody].sort());
    assert.ok(front.met.pages > 3 && front.met.empty > 0, JSON.stringify(front.met));
    assert.equal(new Set(found.map((it: Named) => it.ID)).size, PEOPLE);
  },
  "who asks for no pages is asked to take some": async ({ api, json, front }) => {
    const { id } = await json("domain", "show", "corp");
    await api.must("identity", "PATCH", `/domains/${id}/config`, { config: { ldap: { page_size: 0 } } });
    const before = front.met.cut;
    assert.equal((await json("user", "list", ...own)).length, PEOPLE);
    assert.ok(front.met.cut > before, "the limit was not met");
    await api.must("identity", "PATCH", `/domains/${id}/config`, { config: { ldap: { page_size: 1000 } } });
  },
  "bit 2 of userAccountControl says who is disabled": async ({ json }) => {
    for (const [name, enabled] of [
      ["ann", true],
      ["disabled", false],
      [staffName(STAFF - 1), true],
    ] as const)
      assert.equal((await json("user", "show", ...own, name)).enabled, enabled, name);
    const { email, description } = await json("user", "show", ...own, "ann");
    assert.deepEqual([email, description], ["ann@corp.example.org", "Sells"]);
  },
  "objectGUID is an id that outlives a new name and another place": async ({ api, json, controller }) => {
    const { id } = await json("user", "show", ...own, "bob");
    assert.equal((await api.must("identity", "GET", `/users/${id}`)).user.name, "bob");
    await controller.tool("user", "move", "bob", `OU=Sales,OU=People,${SUFFIX}`);
    await controller.tool("user", "rename", "bob", "--force-new-cn=Robert", "--samaccountname=robert");
    assert.equal((await json("user", "show", ...own, "robert")).id, id);
    await controller.tool("user", "rename", "robert", "--reset-cn", "--samaccountname=bob");
  },
  "groups are listed and shown": async ({ json }) => {
    const found = names(await json("group", "list", ...own));
    assert.deepEqual(found, ["company", "department", "everybody", "ring", "round", "team"]);
    assert.equal((await json("group", "show", ...own, "team")).description, "The team");
  },
  "a group of more than 3,000 is read in all its parts": async ({ json, front }) => {
    const found = await json("user", "list", ...own, "--group", "everybody");
    assert.equal(found.length, PEOPLE);
    assert.ok(front.met.parts >= 1, "the limit was not met");
  },
  "groups in groups, and groups in a ring, are looked into": async (it) => {
    const { os, json } = it;
    const inside = async (group: string) => names(await json("user", "list", ...own, "--group", group));
    assert.deepEqual(await inside("company"), ["ann", "bob", "ztrkJrgenext1"]);
    assert.deepEqual(await inside("ring"), ["bob"]);
    assert.match(await os("group", "contains", "user", ...both, "company", "ann"), /ann in group company/);
    const { err } = await it.tries(["group", "contains", "user", ...both, "company", "left"]);
    assert.match(err, /left not in group company/);
    const of = async (user: string) => names(await json("group", "list", "--user", user, "--user-domain", "corp"));
    assert.deepEqual(await of("ann"), ["company", "department", "everybody", "team"]);
    assert.deepEqual(await of("bob"), ["company", "department", "everybody", "ring", "round"]);
  },
  "a role of an outer group is had by whoever is in the innermost": async ({ os, json, as }) => {
    await os("project", "create", "sales");
    await os("role", "add", "--project", "sales", "--group", "company", "--group-domain", "corp", "member");
    const { project_id, user_id } = await json(...as("ann", PASSWORD), "token", "issue");
    assert.equal(project_id, (await json("project", "show", "sales")).id);
    assert.equal(user_id, (await json("user", "show", ...own, "ann")).id);
    assert.equal((await json(...as("ztrkJrgenext1", ODD_PASSWORD), "token", "issue")).project_id, project_id);
    const list = ["role", "assignment", "list", "--names", "--effective", "--project", "sales"];
    assert.ok((await json(...list)).some((it: { User: string }) => it.User === "ann@corp"));
  },
  "each refusal has its own sentence in the log, and none of its own for the user": async (it) => {
    const said = new Set<string>();
    const wrong = async (user: string, password: string, sentence: string) => {
      const words = await refused(it, ...it.as(user, password), "token", "issue");
      assert.match(words, /HTTP 401/);
      said.add(words.replace(/\(Request-ID.*?\)|req-[0-9a-f-]+/g, ""));
      await it.told("a directory refused a login", sentence);
    };
    await wrong("ann", "wrong", "the password is wrong (data 52e)");
    await wrong("expired", PASSWORD, "the password has expired (data 532)");
    await wrong("fresh", PASSWORD, "the user has to change the password first (data 773)");
    await wrong("left", PASSWORD, "the account has expired (data 701)");
    await wrong("disabled", PASSWORD, "the account is disabled (data 533)");
    assert.match(await refused(it, ...it.as("nobody", PASSWORD), "token", "issue"), /HTTP 401/);
    assert.equal(said.size, 1, [...said].join("\n"));
  },
  "who guesses is locked out by the directory": async (it) => {
    for (let guess = 0; guess < LOCKOUT; guess += 1)
      assert.match(await refused(it, ...it.as("locked", `guess ${guess}`), "token", "issue"), /HTTP 401/);
    assert.match(await refused(it, ...it.as("locked", PASSWORD), "token", "issue"), /HTTP 401/);
    await it.told("a directory refused a login", "the account is locked (data 775)");
  },
  "no password goes over an unencrypted connection, and the operator is told which option": async (it) => {
    await it.domain("plain", await example({ url: "ldap://dc1.corp.example.org" }));
    assert.match(await refused(it, "user", "list", "--domain", "plain"), /HTTP 503/);
    const { out, code } = await it.look("plain");
    assert.match(out, /takes no password that is not encrypted: write its url as ldaps:\/\/, or set use_tls/);
    assert.equal(code, 1);
    await it.domain("stranger", await example({ tls_cacertfile: "/etc/ssl/openssl.cnf" }));
    assert.match((await it.look("stranger")).out, /certificate is not trusted \(tls_cacertfile/);
    for (const name of ["plain", "stranger"]) {
      await it.os("domain", "set", "--disable", name);
      await it.os("domain", "delete", name);
    }
  },
  "StartTLS, from the root of the domain, past its referrals, with common names as ids": async (it) => {
    const { domain, json, as, os } = it;
    await domain("names", await example(byName));
    const found = names(await json("user", "list", "--domain", "names"));
    for (const name of ["ann", "reader", "Administrator", ODD, staffName(0)]) assert.ok(found.includes(name), name);
    assert.ok(!found.some((name) => /^dc1$/i.test(name)), "a computer is no person");
    assert.ok(names(await json("group", "list", "--domain", "names")).includes("Domain Admins"));
    await os("role", "add", "--project", "sales", "--group", "team", "--group-domain", "names", "member");
    assert.ok((await json(...as(ODD, ODD_PASSWORD, "names"), "token", "issue")).project_id);
    assert.match(await refused(it, ...as("nobody", PASSWORD, "names"), "token", "issue"), /HTTP 401/);
    assert.equal((await json("user", "list", "--domain", "names", "--group", "everybody")).length, PEOPLE);
    const config = { config: { ldap: { chase_referrals: true } } };
    await it.api.must("identity", "PATCH", `/domains/${(await json("domain", "show", "names")).id}/config`, config);
    assert.match((await it.look("names")).out, /refers to other servers, which are not asked: ldap:.*CN=Configuration/);
  },
  "accounts' names as ids, one level of the tree, groups that are not looked into": async ({ domain, json }) => {
    await domain("accounts", await example(byAccount));
    assert.ok(!names(await json("user", "list", "--domain", "accounts")).includes("e00001"));
    assert.deepEqual(names(await json("user", "list", "--domain", "accounts", "--group", "department")), ["bob"]);
    const of = ["--user", "ann", "--user-domain", "accounts"];
    assert.deepEqual(names(await json("group", "list", ...of)), ["everybody", "team"]);
  },
  "who is disabled, and who leaves a group, is out": async (it) => {
    const { id } = await it.json(...it.as("ann", PASSWORD), "token", "issue");
    const token = () =>
      fetch(`${it.api.admin.authUrl}/auth/tokens`, { headers: { "x-auth-token": id, "x-subject-token": id } });
    assert.equal((await token()).status, 200);
    await it.controller.tool("group", "removemembers", "team", "ann");
    assert.match(await refused(it, ...it.as("ann", PASSWORD), "token", "issue"), /HTTP 401/);
    assert.equal((await token()).status, 401);
    await it.controller.tool("group", "addmembers", "team", "ann");
    assert.ok((await it.json(...it.as("ann", PASSWORD), "token", "issue")).id);
    await it.controller.tool("user", "disable", "ann");
    assert.match(await refused(it, ...it.as("ann", PASSWORD), "token", "issue"), /HTTP 401/);
    assert.equal((await it.json("user", "show", ...own, "ann")).enabled, false);
  },
  "while the controller is away there is a 503 and no empty list, and then it is back": async (it) => {
    await it.controller.stop();
    assert.match(await refused(it, "user", "list", ...own), /HTTP 503/);
    assert.match(await refused(it, ...it.as("bob", PASSWORD), "token", "issue"), /HTTP 503|Service Unavailable/);
    assert.ok((await it.json("user", "list", "--domain", "default")).length > 0);
    await it.controller.start();
    const back = () => it.tries(["user", "list", ...own, "-f", "json"]);
    const { out } = await until("the directory is back", 30, back, ({ code }) => code === 0);
    assert.equal(JSON.parse(out).length, PEOPLE);
  },
};
