import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Certificates as files of a folder, each named by its id: <id>.pem. */
export function certificatesIn(dir: string) {
  return {
    async find(id: string): Promise<string | undefined> {
      if (!/^[A-Za-z0-9-]+$/.test(id)) return undefined;
      const pem = await readFile(join(dir, `${id}.pem`), "utf8").catch(() => undefined);
      return pem && isValid(pem) ? pem : undefined;
    },
  };
}

/** One whose time has not come, or is over, counts as none. */
function isValid(pem: string): boolean {
  const now = Date.now();
  const { validFrom, validTo } = new X509Certificate(pem);
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}
