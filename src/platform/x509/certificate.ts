import { createHash, type KeyObject, sign } from "node:crypto";
import { oid, sequence, text, tlv } from "./der.ts";

export interface Subject {
  /** Its common name. */
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly now: string;
  readonly extensions?: readonly Buffer[];
}

/** A certificate that the owner of an RSA key signs for himself, ten years long, in PEM: https://datatracker.ietf.org/doc/html/rfc5280 */
export function selfSigned(it: Subject): string {
  const tbs = toBeSigned(it);
  const signature = sign("sha256", tbs, it.privateKey);
  const der = sequence(tbs, algorithm, tlv(0x03, Buffer.from([0]), signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

export function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tlv(0x04, value));
}

function toBeSigned({ name, publicKey, now, extensions = [] }: Subject): Buffer {
  const owner = sequence(tlv(0x31, sequence(oid("550403"), text(name))));
  const key = publicKey.export({ type: "spki", format: "der" });
  const serial = createHash("sha256").update(key).digest().subarray(0, 16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const version = tlv(0xa0, tlv(0x02, Buffer.from([2])));
  const more = extensions.length > 0 ? [tlv(0xa3, sequence(...extensions))] : [];
  return sequence(version, tlv(0x02, serial), algorithm, owner, validity(now), owner, key, ...more);
}

function validity(now: string): Buffer {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + 10);
  return sequence(time(now), time(end.toISOString()));
}

/** GeneralizedTime from 2050 on, UTCTime before (RFC 5280, 4.1.2.5). */
function time(iso: string): Buffer {
  const digits = `${iso.slice(0, 19).replace(/\D/g, "")}Z`;
  return digits < "2050" ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits));
}

/** sha256WithRSAEncryption */
const algorithm = sequence(oid("2a864886f70d01010b"), Buffer.from([0x05, 0x00]));
