import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";

/** What the first start makes up, and every later one reads: kept in the state folder for its owner only. */
export interface Secrets {
  readonly secret: string;
  readonly adminPassword: string;
  readonly demoPassword: string;
}

export async function readSecrets(state: string): Promise<Secrets> {
  const path = join(state, "secrets.json");
  const known = await readFile(path, "utf8").catch(() => undefined);
  if (known) return JSON.parse(known) as Secrets;
  const made = { secret: randomBytes(32).toString("hex"), adminPassword: newWord(), demoPassword: newWord() };
  await mkdir(state, { recursive: true });
  await writeSecrets(state, made);
  return made;
}

/** A password that nobody guesses. */
export function newWord(): string {
  return randomBytes(15).toString("base64url");
}

export function writeSecrets(state: string, secrets: Secrets): Promise<void> {
  return writeSafely(join(state, "secrets.json"), `${JSON.stringify(secrets, null, 2)}\n`, 0o600);
}

/** A file that is whole or not there, also after a power loss. */
export async function writeSafely(path: string, content: string, mode: number): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, "w", mode);
  try {
    await file.chmod(mode);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}
