import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadDomain } from "./directory.answers.ts";
import type { Ask } from "./seed.ts";

/** Each domain takes what its file in a folder says (keystone.<domain>.conf), as at a start of the real service. */
export async function loadDomainConfigs(folder: string, ask: Ask, say: (text: string) => void): Promise<void> {
  for (const file of (await readdir(folder)).sort()) {
    const domain = /^keystone\.(.+)\.conf$/.exec(file)?.[1];
    if (domain === undefined) continue;
    const { left } = await loadDomain(ask, domain, await readFile(join(folder, file), "utf8")).catch((why: Error) => {
      throw new Error(`${join(folder, file)}: ${why.message}`);
    });
    say(`domain ${domain} is configured by ${file}${left.length > 0 ? ` (without ${left.join(", ")})` : ""}`);
  }
}
