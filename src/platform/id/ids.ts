import { randomBytes, randomUUID } from "node:crypto";

/** A fresh random uuid. */
export function newId(): string {
  return randomUUID();
}

/** A request id in OpenStack's form. */
export function newRequestId(): string {
  return `req-${randomUUID()}`;
}

/** Between 0 and 1, for jitter. */
export function chance(): number {
  return randomBytes(4).readUInt32BE() / 2 ** 32;
}
