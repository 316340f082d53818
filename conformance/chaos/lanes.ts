import { spawn } from "node:child_process";
import type { Job } from "./jobs.ts";
import type { Question, Said } from "./lane.ts";
import { prefix } from "./place.ts";
import type { Report } from "./report.ts";

export const inside = "CHAOS_LANE";

interface Answering {
  readonly report: Report;
  answer(it: Question, lane: number): Job | boolean | null;
}

/**
 * Starts this program again, so many times, each in namespaces of its own, where no other cloud on this host is met: a userspace
 * switch bears no second one, and mounts go with who made them. Resolves when all have ended.
 */
export async function startLanes(count: number, answering: Answering): Promise<void> {
  const all = Array.from({ length: count }, (_, n) => startLane(n + 1, answering));
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => all.map(({ child }) => child.kill(signal)));
  await Promise.all(all.map(({ ended }) => ended));
}

function startLane(nth: number, { report, answer }: Answering) {
  const words = ["--net", "--mount", "--", process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const env = { ...process.env, [inside]: String(nth), CRUNCH_PREFIX: `${prefix.slice(0, 7)}${nth}` };
  const child = spawn("unshare", words, { stdio: ["ignore", "inherit", "inherit", "ipc"], env });
  let mayEnd = false;
  let doing: Job | undefined;
  child.on("message", (it: Said) => {
    if ("word" in it) return (report[it.word] as (...words: readonly unknown[]) => void)(...it.with);
    const said = answer(it.ask, nth);
    if (it.ask === "next") doing = (said as Job | null) ?? undefined;
    mayEnd ||= it.ask === "end";
    child.send({ said });
  });
  const ended = new Promise<void>((then) => child.once("exit", () => then())).then(() => {
    if (!mayEnd) report.fail("lane", `lane ${nth} broke off`, doing);
  });
  return { child, ended };
}
