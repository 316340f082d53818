import { createHash, type KeyObject, sign } from "node:crypto";

/**
 * A certificate that a user signs for himself, ten years long, for WinRM's client authentication: the subject is the user's id,
 * the alternative name its principal name. In PEM.
 */
export function certificate(userId: string, publicKey: KeyObject, privateKey: KeyObject, now: string): string {
  const tbs = toBeSigned(userId, publicKey, now);
  const signature = sign("sha256", tbs, privateKey);
  const der = sequence(tbs, algorithm, tlv(0x03, Buffer.from([0]), signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function toBeSigned(userId: string, publicKey: KeyObject, now: string): Buffer {
  const name = sequence(tlv(0x31, sequence(oid("550403"), tlv(0x0c, Buffer.from(userId)))));
  const key = publicKey.export({ type: "spki", format: "der" });
  const serial = createHash("sha256").update(key).digest().subarray(0, 16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const version = tlv(0xa0, tlv(0x02, Buffer.from([2])));
  return sequence(version, tlv(0x02, serial), algorithm, name, validity(now), name, key, extensions(userId));
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

function extensions(userId: string): Buffer {
  const clientAuth = sequence(oid("2b06010505070302"));
  const principal = tlv(0xa0, tlv(0x0c, Buffer.from(`${userId}@localhost`)));
  const names = sequence(tlv(0xa0, oid("2b060104018237140203"), principal));
  return tlv(0xa3, sequence(extension("551d25", clientAuth), extension("551d11", names)));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tlv(0x04, value));
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, "hex"));
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, ...parts);
}

/** DER: tag, length, value. */
function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const long = value.length > 0xff ? [0x82, value.length >> 8, value.length & 0xff] : [0x81, value.length];
  return Buffer.concat([Buffer.from([tag, ...(value.length < 0x80 ? [value.length] : long)]), value]);
}

/** sha256WithRSAEncryption */
const algorithm = sequence(oid("2a864886f70d01010b"), Buffer.from([0x05, 0x00]));
