import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

/** A Ceph of one node on loopback, as small as it gets, with a pool "rbd" and its S3. */
export interface CephOfTests {
  readonly conf: string;
  readonly keyring: string;
  readonly s3: { readonly endpoint: string; readonly accessKey: string; readonly secretKey: string };
  /** Asks as its administrator. */
  ceph(...args: string[]): Promise<string>;
  rbd(...args: string[]): Promise<string>;
  addPool(name: string): Promise<void>;
  /** A user of Ceph, who may write one pool and clone from another; returns its keyring. */
  addUser(name: string, writes: string, reads: string): Promise<string>;
  /** Its disk answers no more, or does again. */
  hang(): void;
  resume(): void;
  stop(): Promise<void>;
}
const keys = { accessKey: "crunch-tests", secretKey: "a secret of the tests" };

export async function startCeph(): Promise<CephOfTests> {
  const dir = await mkdtemp(join(tmpdir(), "crunch-ceph-"));
  const conf = join(dir, "ceph.conf");
  for (const name of ["mon", "osd", "mgr", "log", "run", "crash"]) await mkdir(join(dir, name));
  const fsid = randomUUID();
  const ports = { mon: await freePort(), s3: await freePort() };
  await writeFile(conf, configuration(dir, fsid, ports));
  const children: ChildProcess[] = [];
  const ceph = (...args: string[]) => run("ceph", ["-c", conf, ...args]);
  const start = (program: string, ...args: string[]) => {
    const child = spawn(program, ["-c", conf, "-f", ...args], { stdio: "ignore" });
    children.push(child);
    return child;
  };
  await makeMonitor(dir, conf, fsid, ports.mon);
  start("ceph-mon", "-i", "a");
  await until(() => ceph("-s"));
  await ceph("auth", "get-or-create", "mgr.x", ...caps("allow profile mgr"), "-o", join(dir, "mgr.x.keyring"));
  start("ceph-mgr", "-i", "x");
  await makeDisk(dir, conf);
  const osd = start("ceph-osd", "-i", "0");
  await until(async () => {
    if (!(await ceph("osd", "stat", "-f", "json")).includes('"num_up_osds":1')) throw new Error("the OSD is not up");
  });
  const addPool = async (name: string) => {
    await ceph("osd", "pool", "create", name, "8");
    await ceph("osd", "pool", "application", "enable", name, "rbd");
  };
  await addPool("rbd");
  await ceph("auth", "get-or-create", "client.rgw", ...caps("allow rwx"), "-o", join(dir, "client.rgw.keyring"));
  start("radosgw", "--id", "rgw");
  await until(() => fetch(`http://127.0.0.1:${ports.s3}/`));
  const user = ["--uid=tests", "--display-name=tests", "--access-key", keys.accessKey, "--secret-key", keys.secretKey];
  await run("radosgw-admin", ["-c", conf, "user", "create", ...user]);
  return {
    conf,
    keyring: join(dir, "client.admin.keyring"),
    ceph,
    rbd: (...args) => run("rbd", ["-c", conf, ...args]),
    addPool,
    async addUser(name, writes, reads) {
      const keyring = join(dir, `client.${name}.keyring`);
      const may = ["mon", "profile rbd", "osd", `profile rbd pool=${writes}, profile rbd-read-only pool=${reads}`];
      await ceph("auth", "get-or-create", `client.${name}`, ...may, "-o", keyring);
      return keyring;
    },
    hang: () => void osd.kill("SIGSTOP"),
    resume: () => void osd.kill("SIGCONT"),
    s3: { endpoint: `http://127.0.0.1:${ports.s3}`, ...keys },
    async stop() {
      const ends = children.map((child) => (child.exitCode === null ? once(child, "exit") : undefined));
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(ends);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function configuration(dir: string, fsid: string, ports: { mon: number; s3: number }): string {
  return `[global]
fsid = ${fsid}
mon host = v2:127.0.0.1:${ports.mon}
public addr = 127.0.0.1
ms bind ipv6 = false
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
mon max pg per osd = 1000
osd pool default pg num = 1
osd memory target = 939524096
bluestore block size = 4294967296
mon osd full ratio = .97
mon data avail crit = 2
run dir = ${dir}/run
admin socket = ${dir}/run/$cluster-$name.asok
log file = ${dir}/log/$name.log
pid file = ${dir}/run/$name.pid
keyring = ${dir}/$name.keyring
mon data = ${dir}/mon
osd data = ${dir}/osd
mgr data = ${dir}/mgr
rgw data = ${dir}/run
rgw frontends = beast endpoint=127.0.0.1:${ports.s3}
crash dir = ${dir}/crash
`;
}

async function makeMonitor(dir: string, conf: string, fsid: string, port: number) {
  const [mon, admin, map] = [join(dir, "mon.keyring"), join(dir, "client.admin.keyring"), join(dir, "monmap")];
  await run("ceph-authtool", ["-C", mon, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *"]);
  const all = ["mon", "osd", "mds", "mgr"].flatMap((it) => ["--cap", it, "allow *"]);
  await run("ceph-authtool", ["-C", admin, "--gen-key", "-n", "client.admin", ...all]);
  await run("ceph-authtool", [mon, "--import-keyring", admin]);
  await run("monmaptool", ["--create", "--fsid", fsid, "--addv", "a", `[v2:127.0.0.1:${port}]`, map]);
  await run("ceph-mon", ["-c", conf, "--mkfs", "-i", "a", "--monmap", map, "--keyring", mon]);
}

async function makeDisk(dir: string, conf: string) {
  const id = randomUUID();
  const key = (await run("ceph-authtool", ["--gen-print-key"])).trim();
  const secret = join(dir, "osd.json");
  await writeFile(secret, JSON.stringify({ cephx_secret: key }));
  await run("ceph", ["-c", conf, "osd", "new", id, "-i", secret]);
  await run("ceph-authtool", ["--create-keyring", join(dir, "osd.0.keyring"), "--name", "osd.0", "--add-key", key]);
  await run("ceph-osd", ["-c", conf, "-i", "0", "--mkfs", "--osd-uuid", id]);
}

function caps(mon: string): string[] {
  return ["mon", mon, "osd", "allow *", "mds", "allow *", "mgr", "allow *"];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function run(program: string, args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, args, { timeout: 60_000 })).stdout;
}

/** Daemons tell nobody when they are ready. */
async function until(ask: () => Promise<unknown>) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (why) {
      if (tries > 120) throw why;
      await pause(500);
    }
  }
}
