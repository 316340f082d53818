import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { settings } from "./settings.ts";

export async function printOpenrc(flags: { user: string }): Promise<void> {
  const { state } = settings(flags);
  const path = join(state, flags.user === "admin" ? "openrc" : "openrc-demo");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (!text) throw new Error(`there is no ${path}; has the cloud been started here? (crunch up)`);
  process.stdout.write(text);
}
