import { type ChildProcess, spawn } from "node:child_process";
import { guestUser } from "#agent/guest-user.ts";
import { asUser } from "#agent/guests/run.ts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { Full } from "#services/image/driver.ts";

/** What a process that reads users' bytes may have. Inside, its one input is /in and its one output, if it has any, /out. */
export interface Sandbox {
  /** Whose sake it is for: it runs as a user of its own. */
  readonly subject: string;
  readonly input: string;
  readonly output?: string;
  /** How large a file it may write. */
  readonly fileBytes: number;
  readonly cpuSeconds?: number;
  readonly signal?: AbortSignal;
}
const memoryBytes = 1024 * 2 ** 20;
const longest = 4 * 3600_000;
const system = [
  "--ro-bind",
  "/usr",
  "/usr",
  ...["bin", "lib", "lib64"].flatMap((it) => ["--symlink", `usr/${it}`, `/${it}`]),
];
const loader = ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--dev", "/dev", "--dir", "/tmp"];
const apart = ["--new-session", "--die-with-parent", "--clearenv", "--cap-drop", "ALL"];
/** A tool reads with up to 64 threads: each would set aside 136 MiB of the memory that it may have, and use next to nothing of them. */
const [stackBytes, frugal] = [2 * 2 ** 20, ["--setenv", "MALLOC_ARENA_MAX", "2"]];
const unshared = ["ipc", "pid", "net", "uts", "cgroup-try"].map((it) => `--unshare-${it}`);
/** What it takes to become somebody else inside, who has none of it. */
const toChange = ["setuid", "setgid", "setpcap"].flatMap((it) => ["--cap-add", `CAP_${it.toUpperCase()}`]);
/** Who is not root cannot become another user: then the process is of this program's own, in a user namespace. */
const privileged = process.getuid?.() === 0;

/** The user that owns the output while the process writes it. */
export function sandboxUser(subject: string) {
  return privileged ? guestUser(subject) : undefined;
}

/**
 * Starts a program that can reach nothing but the system's own programs and its two files: no network, no other process, no
 * privilege, and bounds on memory, time and what it writes. It ends with this program.
 */
export function confine(it: Sandbox, program: string, args: readonly string[]): ChildProcess {
  const bounds = [
    `--as=${memoryBytes}`,
    `--stack=${stackBytes}`,
    `--cpu=${it.cpuSeconds ?? 7200}`,
    `--fsize=${it.fileBytes}`,
  ];
  const user = sandboxUser(it.subject);
  const rights = user ? [...unshared, ...toChange] : ["--unshare-all"];
  const as = user ? ["setpriv", ...asUser(user)] : [];
  const files = ["--ro-bind", it.input, "/in", ...(it.output ? ["--bind", it.output, "/out"] : [])];
  const box = ["bwrap", ...apart, ...frugal, ...rights, ...system, ...loader, ...files, "--", ...as];
  it.signal?.throwIfAborted();
  const words = [...bounds, "--nofile=64", "--core=0", "--", ...box, program, ...args];
  const child = spawn("prlimit", words, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  const stop = () => stopConfined(child);
  const timer = setTimeout(stop, longest).unref();
  it.signal?.addEventListener("abort", stop, { once: true });
  child.once("close", () => {
    clearTimeout(timer);
    it.signal?.removeEventListener("abort", stop);
  });
  return child;
}

/** The whole group: a sandbox that is not ready yet would outlive whoever makes it. */
export function stopConfined({ pid, exitCode, signalCode }: ChildProcess) {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  process.kill(-pid, "SIGKILL");
}

/** Resolves when it has ended well; throws what its end means. */
export async function ended(child: ChildProcess, signal?: AbortSignal): Promise<void> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const end = await new Promise<Error | { code: number | null; by: string | null }>((resolve) => {
    child.once("error", resolve).once("close", (code, by) => resolve({ code, by }));
  });
  signal?.throwIfAborted();
  if (end instanceof Error) throw new Unavailable(`${end.message}: images cannot be read here`);
  if (end.code !== 0) throw meaning(end, said.trim());
}

function meaning({ code, by }: { code: number | null; by: string | null }, said: string): Error {
  if (/No space left|quota exceeded/i.test(said)) return new Full();
  if (/bwrap|prlimit|setpriv/.test(said)) return new Unavailable(`The sandbox for images cannot be made: ${said}`);
  const killed = by !== null || (code ?? 0) > 128 || /File too large|Cannot allocate/i.test(said);
  if (killed) return new Refused("The image takes more memory, time or room than images may.");
  return new Refused(`The image cannot be read: ${said.replace(/^qemu-img: /, "").slice(-300)}`);
}
