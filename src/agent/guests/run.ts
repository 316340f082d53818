import { execFile } from "node:child_process";
import type { GuestUser } from "../guest-user.ts";

export interface Run {
  readonly signal?: AbortSignal;
  /** Milliseconds until it is killed. */
  readonly limit?: number;
}
/** A program that ended badly, or did not end. */
export class Failed extends Error {
  override readonly name = "Failed";
  /** The exit code; null when it was killed or never started. */
  readonly code: number | null;
  constructor(message: string, code: number | null) {
    super(message);
    this.code = code;
  }
}

/** Runs a program to its end and returns what it printed. An abort throws the signal's reason. */
export function run(program: string, args: readonly string[], { signal, limit = 60_000 }: Run = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { signal, timeout: limit, killSignal: "SIGKILL", maxBuffer: 2 ** 24 } as const;
    execFile(program, args, options, (why, stdout, stderr) => {
      if (!why) return resolve(stdout);
      reject(signal?.aborted ? signal.reason : new Failed(stderr.trim() || why.message, exitCode(why.code)));
    });
  });
}

function exitCode(code: unknown): number | null {
  return typeof code === "number" ? code : null;
}

/** The same, as somebody who may do nothing but read what everybody may. */
export function runAs(user: GuestUser, program: string, args: readonly string[], more?: Run): Promise<string> {
  return run("setpriv", [...asUser(user), program, ...args], more);
}

/** setpriv's arguments for a process without privileges, which can never gain any. `group`: the one more that it is in. */
export function asUser({ uid, gid }: GuestUser, group?: number): string[] {
  const groups = group === undefined ? "--clear-groups" : `--groups=${group}`;
  const never = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"];
  return [`--reuid=${uid}`, `--regid=${gid}`, groups, ...never, "--"];
}
