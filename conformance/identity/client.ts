import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Admin } from "../tempest/api.ts";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The openstack client, imported once: commands one after the other, each with a login of its own. */
export function openClient({ authUrl, user, password, project, domain, region }: Admin) {
  const env = {
    OS_AUTH_URL: authUrl,
    OS_IDENTITY_API_VERSION: "3",
    OS_USERNAME: user,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: project,
    OS_USER_DOMAIN_NAME: domain,
    OS_PROJECT_DOMAIN_NAME: domain,
    OS_REGION_NAME: region,
  };
  const script = fileURLToPath(new URL("./commands.py", import.meta.url));
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("OS_")));
  const child = spawn("/usr/bin/python3", [script], { env: { ...clean, ...env }, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {}); // that it has ended is told below
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const tries = async (words: readonly string[]): Promise<Said> => {
    child.stdin.write(`${JSON.stringify(words)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`the client ended at: openstack ${words.join(" ")}`);
    return JSON.parse(value) as Said;
  };
  return {
    /** Whatever comes of it. */
    tries,
    /** Its output; throws with its words when it fails. */
    async os(...words: readonly string[]): Promise<string> {
      const { code, out, err } = await tries(words);
      if (code !== 0) throw new Error(`openstack ${words.join(" ")} ended with ${code}: ${err.trim() || out.trim()}`);
      return out.trim();
    },
    close: () => void child.stdin.end(),
  };
}
export type Client = ReturnType<typeof openClient>;
