import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { run } from "../../client.ts";
import { forest } from "./people.ts";

const REALM = "CORP.EXAMPLE.ORG";
export const HOST = "dc1.corp.example.org";
export const SUFFIX = "DC=corp,DC=example,DC=org";
/** Where the domain controller itself listens; its clients find it one address further. */
export const [INNER, OUTER] = ["127.0.0.1", "127.0.0.2"] as const;
const TLS = "/var/lib/samba/private/tls";
const PYTHON = "/usr/bin/python3";

/** A domain controller of Active Directory that runs here. */
export interface Controller {
  readonly certificate: { readonly key: string; readonly cert: string };
  /** Samba's own tool, on its database. */
  tool(...words: readonly string[]): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Samba's folders are emptied for whoever is in this namespace of mounts, and the controller has a name. */
export async function makeRoom(): Promise<void> {
  await run("ip", ["link", "set", "lo", "up"]);
  for (const folder of ["/var/lib/samba", "/var/cache/samba", "/var/log/samba", "/run/samba", "/etc/samba"]) {
    await run("mkdir", ["-p", folder]);
    await run("mount", ["-t", "tmpfs", "tmpfs", folder]);
  }
  await run("mkdir", ["/var/lib/samba/private"]);
  await writeFile("/etc/samba/hosts", `127.0.0.1 localhost\n${OUTER} ${HOST}\n`);
  await run("mount", ["--bind", "/etc/samba/hosts", "/etc/hosts"]);
  await run("hostname", ["dc1"]);
}

/** A forest of one domain, filled and served. */
export async function plantForest(): Promise<Controller> {
  const words = [`--realm=${REALM}`, "--domain=CORP", "--server-role=dc", "--dns-backend=NONE", "--host-name=dc1"];
  const options = [
    "vfs objects = dfs_samba4 acl_xattr xattr_tdb",
    "server services = ldap",
    `interfaces = ${INNER}`,
    "bind interfaces only = yes",
  ].map((one) => `--option=${one}`);
  await tool("domain", "provision", ...words, `--host-ip=${INNER}`, ...options);
  const fill = fileURLToPath(new URL("./fill.py", import.meta.url));
  await run(PYTHON, [fill], { input: JSON.stringify(forest) });
  const daemon = ownDaemon();
  await daemon.start();
  const [key, cert] = await Promise.all([readFile(`${TLS}/key.pem`, "utf8"), readFile(`${TLS}/cert.pem`, "utf8")]);
  return { certificate: { key, cert }, tool, ...daemon };
}

/** Puts the certificate of the controller's authority where this host keeps such. */
export async function trust(folder: string, name: string): Promise<void> {
  await run("mount", ["-t", "tmpfs", "tmpfs", folder]);
  await writeFile(`${folder}/${name}`, await readFile(`${TLS}/ca.pem`));
}

async function tool(...words: readonly string[]): Promise<string> {
  return (await run("samba-tool", words, { seconds: 120 })).out;
}

function ownDaemon() {
  let child: ChildProcess | undefined;
  return {
    async start() {
      child = spawn("samba", ["--foreground", "--no-process-group"], { stdio: "ignore" });
      const ended = new Promise<never>((_, fail) => child!.once("exit", () => fail(new Error("samba has ended"))));
      ended.catch(() => {});
      await Promise.race([reachable(636), ended]);
    },
    async stop() {
      const gone = new Promise((then) => child!.once("exit", then));
      child?.kill("SIGTERM");
      await gone;
    },
  };
}

async function reachable(port: number): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await opens(port))) {
    if (Date.now() > end) throw new Error(`samba does not listen at ${port}`);
    await pause(100);
  }
}

function opens(port: number): Promise<boolean> {
  return new Promise((then) => {
    const socket = connect(port, INNER, () => {
      socket.destroy();
      then(true);
    }).once("error", () => then(false));
  });
}
