import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { person, personDn } from "#drivers/identity/ldap/people.testkit.ts";
import { noSlapd, READER, type Slapd, SUFFIX, slapd } from "#drivers/identity/ldap/slapd.testkit.ts";
import type { Bench } from "../bench.ts";
import { type Cloud, discard, request, startCloud } from "../cloud.ts";

const MANY = 10_000;
const nameOf = (i: number) => `user${String(i).padStart(5, "0")}`;

/** Users of a directory through the cloud, each figure beside OpenLDAP's own tools asking the same directory the same, in turns. */
export async function directory(bench: Bench): Promise<void> {
  if (noSlapd) return bench.say(noSlapd);
  const dir = join(bench.dir, "directory");
  await discard(dir);
  const users = Array.from({ length: MANY }, (_, i) => person(nameOf(i), { mail: `${nameOf(i)}@example.org` }));
  const server = await slapd(users.join(""));
  const cloud = await startCloud({ dir, port: 17107, args: ["--simulated"] });
  try {
    await measure(bench, cloud, server);
  } finally {
    await cloud.stop();
    await server.end();
    await discard(dir);
  }
}

async function measure(bench: Bench, cloud: Cloud, server: Slapd): Promise<void> {
  const { token } = await cloud.login("admin");
  const { domain } = await cloud.call("POST", "/identity/v3/domains", { token, body: { domain: { name: "corp" } } });
  const config = { identity: { driver: "ldap" }, ldap: server.options({ page_size: 1_000 }) };
  await cloud.call("PUT", `/identity/v3/domains/${domain.id}/config`, { token, body: { config } });
  const users = `/identity/v3/users?domain_id=${domain.id}`;
  const list = (more = "") => cloud.call("GET", users + more, { token });
  const row = (what: string, { mine, plain }: Turns, of: number, at?: string) =>
    bench.row({
      what,
      at,
      value: mine,
      unit: "ms",
      more: false,
      beside: { what: "OpenLDAP's own tool", value: plain },
      aim: { against: "beside", of },
    });

  const began = performance.now();
  await list();
  bench.row({ what: `first list of ${MANY} users`, value: performance.now() - began, unit: "ms", more: false });
  row(
    `list of ${MANY} users`,
    await turns(
      7,
      () => list(),
      () => ldapsearch(server, "(objectClass=inetOrgPerson)"),
    ),
    12,
  );
  const named = async () => list(`&name=${nameOf(77)}`);
  row("one user by name", await turns(40, named, () => ldapsearch(server, `(cn=${nameOf(77)})`)), 3);
  const login = (i: number) => request(cloud.url, "POST", "/identity/v3/auth/tokens", { body: loginBody(i) });
  row("login", await turns(60, login, (i) => ldapwhoami(server, i)), 5, "1 at a time");
  const rate = await storm(8, Math.min(bench.seconds, 10), login);
  bench.row({ what: "logins", at: "8 at a time", value: rate, unit: "/s", more: true });
  bench.say(`the directory has accepted ${server.connections()} connections, most of them from OpenLDAP's tools`);
}

const loginBody = (i: number) => {
  const user = { name: nameOf(i), domain: { name: "corp" }, password: `${nameOf(i)}'s` };
  return { auth: { identity: { methods: ["password"], password: { user } }, scope: "unscoped" } };
};

interface Turns {
  readonly mine: number;
  readonly plain: number;
}

/** Medians of milliseconds, each taken in turn with the other. */
async function turns(count: number, mine: (i: number) => Promise<unknown>, plain: (i: number) => void): Promise<Turns> {
  const [a, b]: [number[], number[]] = [[], []];
  for (let i = 0; i < count; i += 1) {
    a.push(await timed(() => mine(i)));
    b.push(await timed(async () => plain(i)));
  }
  return { mine: median(a), plain: median(b) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** How many a second, so many at a time. */
async function storm(at: number, seconds: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let done = 0;
  const one = async (i: number) => {
    for (; performance.now() < end; done += 1) await work((i + done * at) % MANY);
  };
  await Promise.all(Array.from({ length: at }, (_, i) => one(i)));
  return done / seconds;
}

function ldapsearch({ url }: Slapd, filter: string): void {
  const by = ["-x", "-LLL", "-H", url, "-D", READER.dn, "-w", READER.password, "-E", "pr=1000/noprompt"];
  const what = ["-b", `ou=people,${SUFFIX}`, "-s", "one", filter, "uid", "cn", "mail", "description", "employeeType"];
  execFileSync("/usr/bin/ldapsearch", [...by, ...what], { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 2 ** 26 });
}

function ldapwhoami({ url }: Slapd, i: number): void {
  const as = ["-D", personDn(nameOf(i)), "-w", `${nameOf(i)}'s`];
  execFileSync("/usr/bin/ldapwhoami", ["-x", "-H", url, ...as], { stdio: "ignore" });
}
