import { atLeast, type Version } from "#platform/api/versions.ts";
import { micros } from "../words.ts";
import type { Keypair } from "./keypair.ts";

export function brief(it: Keypair, v: Version) {
  const { name, fingerprint, publicKey: public_key, kind: type } = it;
  return { keypair: { name, public_key, fingerprint, ...(atLeast(v, "2.2") && { type }) } };
}

/** The answer to a creation; the private half only where it was made here. */
export function created(it: Keypair, v: Version, privateKey: string | undefined) {
  const { keypair } = brief(it, v);
  return { keypair: { ...keypair, user_id: it.userId, ...(privateKey && { private_key: privateKey }) } };
}

export function full(it: Keypair, v: Version) {
  const { keypair } = brief(it, v);
  const { id, userId: user_id, createdAt } = it;
  const times = { created_at: micros(createdAt), deleted: false, deleted_at: null, updated_at: null };
  return { keypair: { ...keypair, id, user_id, ...times } };
}
