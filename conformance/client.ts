import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end; throws with its words when it fails, unless `mayFail`. */
export async function run(
  command: string,
  args: readonly string[],
  more: { env?: object; input?: string; mayFail?: boolean; seconds?: number } = {},
): Promise<Ran> {
  const child = spawn(command, args, {
    env: { ...process.env, ...more.env },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: (more.seconds ?? 300) * 1000,
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (t: string) => (out += t));
  child.stderr.setEncoding("utf8").on("data", (t: string) => (err += t));
  child.stdin.on("error", () => {}); // one that reads nothing may have ended before
  // What it has started may outlive it and hold its pipes: who was killed says nothing more.
  child.once("exit", (_, signal) => signal && [child.stdout, child.stderr].map((it) => it.destroy()));
  child.stdin.end(more.input ?? "");
  const code = await new Promise<number>((then, fail) =>
    child.once("error", fail).once("close", (c) => then(c ?? 137)),
  );
  if (code !== 0 && !more.mayFail) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${err || out}`);
  return { code, out, err };
}

/** The unmodified `openstack` command with somebody's openrc. */
export async function client(openrc: string) {
  const text = await readFile(openrc, "utf8");
  const env = Object.fromEntries([...text.matchAll(/^export (\w+)='([^']*)'$/gm)].map(([, k, v]) => [k, v]));
  const os = async (...args: string[]) => (await run("openstack", args, { env })).out.trim();
  return {
    /** Its plain output. */
    os,
    /** Its output as JSON. */
    json: async (...args: string[]) => JSON.parse(await os(...args, "-f", "json")),
    tries: (...args: string[]) => run("openstack", args, { env, mayFail: true }),
  };
}
export type Client = Awaited<ReturnType<typeof client>>;
