import { Refused, Unavailable } from "#platform/service/driver.ts";
import type { GuestUser } from "../guest-user.ts";
import { asUser, Failed, run } from "../guests/run.ts";

/** As root everything runs as the volume's own user; otherwise as whoever runs this program. */
export const privileged = process.getuid?.() === 0;

const mebi = 2 ** 20;
/** qemu-img reads what users upload: it gets no more memory and time than it needs. */
const bounds = [`--as=${2048 * mebi}`, "--cpu=7200", "--nofile=64", "--core=0"];
const longest = 4 * 3600_000;

/** Runs qemu-img as a user without privileges, who ends with this program. */
export async function qemuImg(user: GuestUser, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const as = privileged ? ["setpriv", "--pdeathsig=KILL", ...asUser(user)] : [];
  try {
    return await run("prlimit", [...bounds, ...as, "qemu-img", ...args], { signal, limit: longest });
  } catch (why) {
    throw signal?.aborted ? why : meaning(why);
  }
}

/** What a failure of a tool means: someone else holds the file (again later), or no. */
export function meaning(why: unknown): unknown {
  if (!(why instanceof Failed)) return why;
  if (/lock/i.test(why.message)) return new Unavailable(why.message);
  if (why.code === null) return new Unavailable(why.message);
  return new Refused(/No space left/.test(why.message) ? "There is no room left for volumes." : why.message);
}

/** The program and arguments that run a program as a user. */
export function commandAs(user: GuestUser, program: string, args: readonly string[]): [string, string[]] {
  return privileged ? ["setpriv", [...asUser(user), program, ...args]] : [program, [...args]];
}
