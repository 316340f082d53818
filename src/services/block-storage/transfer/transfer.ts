import { createHash, timingSafeEqual } from "node:crypto";

export interface Transfer {
  readonly id: string;
  readonly volumeId: string;
  readonly name: string | null;
  readonly keyHash: string;
  readonly noSnapshots: boolean;
  readonly sourceProjectId: string;
  readonly destinationProjectId: string | null;
  readonly accepted: boolean;
  readonly createdAt: string;
}

/** What is kept of the key that opens a transfer; the key itself is told once. */
export function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

export function fits({ keyHash }: Transfer, key: string): boolean {
  return timingSafeEqual(Buffer.from(keyHash), Buffer.from(hashOf(key)));
}
