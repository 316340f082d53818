import { createHash } from "node:crypto";

/** The name of one of several servers that are made together. */
export function numbered(name: string, at: number, count: number): string {
  return count > 1 ? `${name}-${at + 1}` : name;
}

/** A host name made of a server's name. */
export function hostnameOf(name: string, id: string): string {
  const clean = name
    .replace(/[^\x20-\xff]/g, "")
    .replace(/[ _.]/g, "-")
    .replace(/[^\w.-]+/g, "")
    .toLowerCase()
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 63)
    .replace(/[.-]+$/, "");
  return clean || `server-${id}`;
}

/** Twelve letters and digits out of a fresh id. */
export function passwordOf(freshId: string): string {
  const bytes = createHash("sha256").update(`password ${freshId}`).digest();
  return Array.from(bytes.subarray(0, 12), (byte) => letters[byte % letters.length]).join("");
}
/** Without those that look alike. */
const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

export function reservationOf(freshId: string): string {
  return `r-${BigInt(`0x${freshId.replaceAll("-", "")}`)
    .toString(36)
    .slice(-8)}`;
}
