import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const SLAPD = "/usr/sbin/slapd";
/** Why tests against a real directory are passed over on this machine; undefined: they run. */
export const noSlapd = existsSync(SLAPD) ? undefined : "slapd is not installed (Debian: slapd, ldap-utils)";

export const SUFFIX = "dc=example,dc=org";
export const READER = { dn: `cn=reader,${SUFFIX}`, password: "the reader's" };

export interface Slapd {
  readonly url: string;
  readonly ldapsUrl: string;
  readonly caFile: string;
  readonly port: number;
  /** Options of a domain whose users are here. */
  options(more?: object): Record<string, unknown>;
  /** Writes entries (LDIF), or changes of them. */
  change(ldif: string): void;
  /** How many connections it has accepted. */
  connections(): number;
  /** How many searches it has answered, and how many entries it has sent. */
  searches(): number;
  entries(): number;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Holds it as if its machine hung: connections open, nothing is answered. */
  freeze(): Promise<void>;
  thaw(): void;
  end(): Promise<void>;
}

/** A directory of this process's own, on loopback, with these entries (LDIF). */
export async function slapd(ldif: string): Promise<Slapd> {
  const dir = mkdtempSync(join(tmpdir(), "crunch-slapd-"));
  mkdirSync(join(dir, "data"));
  const [port, tlsPort] = [await freePort(), await freePort()];
  certificates(dir);
  writeFileSync(join(dir, "slapd.conf"), config(dir));
  writeFileSync(join(dir, "first.ldif"), base + ldif);
  execFileSync("/usr/sbin/slapadd", ["-q", "-f", join(dir, "slapd.conf"), "-l", join(dir, "first.ldif")], {
    stdio: "pipe",
  });
  const urls = [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${tlsPort}`];
  let child: ChildProcess | undefined;
  const url = urls[0]!;
  /** What the server counts of itself; asking takes a connection and a search. */
  const counted = (what: string, attribute: string) => {
    const by = ["-x", "-LLL", "-H", url, "-D", "cn=counter,cn=Monitor", "-w", "admin", "-b", `${what},cn=Monitor`];
    const out = execFileSync("/usr/bin/ldapsearch", [...by, "-s", "base", attribute], { encoding: "utf8" });
    return Number(new RegExp(`${attribute}: (\\d+)`).exec(out)?.[1]);
  };
  const it: Slapd = {
    url,
    ldapsUrl: urls[1]!,
    caFile: join(dir, "ca.pem"),
    port,
    options: (more = {}) => ({ ...options(url), ...more }),
    change(text) {
      const by = ["-x", "-H", url, "-D", `cn=admin,${SUFFIX}`, "-w", "admin"];
      execFileSync("/usr/bin/ldapmodify", by, { input: text, stdio: ["pipe", "pipe", "pipe"] });
    },
    connections: () => counted("cn=Total,cn=Connections", "monitorCounter"),
    searches: () => counted("cn=Search,cn=Operations", "monitorOpCompleted"),
    entries: () => counted("cn=Entries,cn=Statistics", "monitorCounter"),
    async start() {
      child = spawn(SLAPD, ["-d", "0", "-h", urls.join(" "), "-f", join(dir, "slapd.conf")], { stdio: "ignore" });
      await reachable(port);
    },
    async stop() {
      if (!child) return;
      const gone = new Promise((then) => child!.once("exit", then));
      child.kill("SIGKILL");
      await gone;
      child = undefined;
    },
    async freeze() {
      child?.kill("SIGSTOP");
      while (!isStopped(child!.pid!)) await pause(2);
    },
    thaw: () => void child?.kill("SIGCONT"),
    async end() {
      await it.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  process.once("exit", () => {
    child?.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  });
  await it.start();
  return it;
}

/** A signal reaches a process when the machine finds the time. */
function isStopped(pid: number): boolean {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.every((task) => /\) T /.test(readFileSync(`/proc/${pid}/task/${task}/stat`, "utf8")));
}

const options = (url: string) => ({
  url,
  user: READER.dn,
  password: READER.password,
  suffix: SUFFIX,
  user_tree_dn: `ou=people,${SUFFIX}`,
  user_id_attribute: "uid",
  user_name_attribute: "cn",
  user_enabled_attribute: "employeeType",
  user_enabled_default: "True",
  group_tree_dn: `ou=groups,${SUFFIX}`,
  group_name_attribute: "cn",
  user_objectclass: "inetOrgPerson",
  user_mail_attribute: "mail",
  user_description_attribute: "description",
  group_objectclass: "groupOfNames",
  group_id_attribute: "cn",
  group_member_attribute: "member",
  group_desc_attribute: "description",
  use_pool: true,
  use_auth_pool: true,
  pool_connection_lifetime: 600,
  auth_pool_connection_lifetime: 60,
  pool_retry_max: 1,
  pool_retry_delay: 0,
});

const base = `dn: ${SUFFIX}
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ou=people,${SUFFIX}
objectClass: organizationalUnit
ou: people

dn: ou=groups,${SUFFIX}
objectClass: organizationalUnit
ou: groups

dn: ${READER.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: ${READER.password}

`;

/** Nobody reads without having logged in: what comes over a connection that is not bound is empty, or an error. */
function config(dir: string): string {
  return `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload back_monitor
pidfile ${join(dir, "pid")}
TLSCACertificateFile ${join(dir, "ca.pem")}
TLSCertificateFile ${join(dir, "server.pem")}
TLSCertificateKeyFile ${join(dir, "server.key")}
threads 4
database monitor
rootdn cn=counter,cn=Monitor
rootpw admin
database mdb
suffix "${SUFFIX}"
rootdn "cn=admin,${SUFFIX}"
rootpw admin
directory ${join(dir, "data")}
maxsize 268435456
dbnosync
index objectClass,uid,member,memberUid eq
index cn eq,sub
limits dn.exact="${READER.dn}" size.soft=500 size.hard=500 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${READER.dn}" read by * none
`;
}

function certificates(dir: string) {
  const run = (...by: string[]) => execFileSync("openssl", by, { cwd: dir, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"];
  run("req", "-x509", ...key, "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem");
  writeFileSync(join(dir, "names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  run("req", ...key, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr");
  run(
    "x509",
    "-req",
    "-in",
    "server.csr",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-days",
    "30",
    "-extfile",
    "names",
    "-out",
    "server.pem",
  );
}

export function freePort(): Promise<number> {
  return new Promise((then, no) => {
    const server = createServer().once("error", no);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => then(port));
    });
  });
}

async function reachable(port: number): Promise<void> {
  const until = Date.now() + 20_000;
  for (;;) {
    const open = await new Promise<boolean>((then) => {
      const socket = connect(port, "127.0.0.1", () => then(true)).once("error", () => then(false));
      socket.unref().on("connect", () => socket.destroy());
    });
    if (open) return;
    if (Date.now() > until) throw new Error("slapd does not come up");
    await pause(20);
  }
}
