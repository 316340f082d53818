import { readFile } from "node:fs/promises";

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The unprivileged user that PostgreSQL runs as when this process is root: postgres where there is one, else nobody. */
export async function postgresAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const found = lines.find(([name]) => name === "postgres") ?? lines.find(([name]) => name === "nobody");
  if (!found) throw new Error("there is neither a user postgres nor nobody to run PostgreSQL as");
  return { uid: Number(found[2]), gid: Number(found[3]) };
}
