import { createHash } from "node:crypto";
import type { Extra } from "../identity.ts";

/** A secret that somebody keeps here: an EC2 key pair, a TOTP seed, a certificate … */
export interface Credential {
  readonly id: string;
  readonly userId: string;
  readonly projectId: string | null;
  readonly type: string;
  /** The secret itself; it lies sealed in the database. */
  readonly blob: string;
  readonly extra: Extra;
}
export interface CredentialRow extends Omit<Credential, "blob"> {
  readonly sealed: string;
  readonly usedWindow: number;
}

/** What an EC2 credential's blob says: the key pair, and what it was made through. */
export interface KeyPair {
  readonly access: string;
  readonly secret: string;
  readonly trust_id?: string | null;
  readonly app_cred_id?: string | null;
  readonly access_token_id?: string | null;
}

export function isEc2(type: string | undefined): boolean {
  return type?.toLowerCase() === "ec2";
}

/** The id of the credential of an access key. */
export function idOfAccess(access: string): string {
  return createHash("sha256").update(access).digest("hex");
}
