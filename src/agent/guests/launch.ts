import { spawn } from "node:child_process";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import type { GuestUser } from "../guest-user.ts";
import { openQmp } from "./qmp.ts";
import { asUser } from "./run.ts";

export interface LaunchAs {
  readonly user: GuestUser;
  /** The one more group that it needs (that of /dev/kvm). */
  readonly group?: number;
  /** The network namespace whose taps it opens; absent: this program's own. */
  readonly namespace?: string;
}

const longestLaunch = 60_000;

/** Starts QEMU apart from this process and returns when its machine runs. A launch that fails or is aborted leaves no process. */
export async function launch(
  program: string,
  args: readonly string[],
  as: LaunchAs,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const [first, ...rest] = [...inNamespace(as.namespace), "setpriv", ...asUser(as.user, as.group), program, ...args];
  const child = spawn(first!, rest, { detached: true, stdio: "pipe" });
  const ended = new Promise<number | null>((resolve) => child.once("error", () => resolve(null)).once("exit", resolve));
  const said = collect(child.stderr);
  const limit = AbortSignal.any([AbortSignal.timeout(longestLaunch), ...(signal ? [signal] : [])]);
  const kill = () => child.kill("SIGKILL");
  limit.addEventListener("abort", kill, { once: true });
  try {
    const monitor = await openQmp(child.stdout, child.stdin);
    await monitor.execute("query-status");
    monitor.close();
  } catch {
    kill();
    await ended;
    signal?.throwIfAborted();
    throw limit.aborted ? new Unavailable("The guest's launch took too long.") : refusal(said());
  } finally {
    limit.removeEventListener("abort", kill);
    child.stderr.destroy();
    child.unref();
  }
}

function inNamespace(name: string | undefined): string[] {
  return name === undefined ? [] : ["nsenter", `--net=/run/netns/${name}`, "--"];
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (more: string) => {
    text = (text + more).slice(-4096);
  });
  return () => text.trim();
}

/** What may go away by itself: memory comes free, a volume's server comes back, another process lets go of a file. */
const passing =
  /Cannot allocate memory|Connection refused|Failed to connect|Failed to get .* lock|Cannot lock pid file|resource busy/i;

function refusal(said: string): Error {
  const lines = said.split("\n").filter((line) => !/warning:/.test(line));
  const why =
    (lines.at(-1) ?? "").replace(/^(qemu-system-\w+|setpriv|nsenter): /, "") || "QEMU ended while it started.";
  return new (passing.test(said) ? Unavailable : Refused)(`The guest cannot be turned on: ${why}`);
}
