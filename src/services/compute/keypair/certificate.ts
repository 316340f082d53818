import type { KeyObject } from "node:crypto";
import { extension, selfSigned } from "#platform/x509/certificate.ts";
import { oid, sequence, text, tlv } from "#platform/x509/der.ts";

/**
 * A certificate that a user signs for himself, for WinRM's client authentication: the subject is the user's id, the alternative
 * name its principal name. In PEM.
 */
export function certificate(userId: string, publicKey: KeyObject, privateKey: KeyObject, now: string): string {
  const clientAuth = sequence(oid("2b06010505070302"));
  const principal = tlv(0xa0, text(`${userId}@localhost`));
  const names = sequence(tlv(0xa0, oid("2b060104018237140203"), principal));
  const extensions = [extension("551d25", clientAuth), extension("551d11", names)];
  return selfSigned({ name: userId, publicKey, privateKey, now, extensions });
}
