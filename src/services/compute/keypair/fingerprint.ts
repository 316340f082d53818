import { createHash, X509Certificate } from "node:crypto";
import type { KeypairKind } from "./keypair.ts";

/** What a public key is known by; undefined if it is none. */
export function fingerprint(kind: KeypairKind, publicKey: string): string | undefined {
  return kind === "ssh" ? sshFingerprint(publicKey) : x509Fingerprint(publicKey);
}

/** The MD5 of the key's blob, in colon-separated pairs. */
function sshFingerprint(publicKey: string): string | undefined {
  const [type = "", blob = ""] = publicKey.trim().split(/\s+/);
  const bytes = Buffer.from(blob, "base64");
  const parts = fieldsOf(bytes);
  if (parts?.[0]?.toString() !== type || parts.length !== fieldCount[type]) return undefined;
  return pairs(createHash("md5").update(bytes).digest("hex"));
}

/** How many fields the blob of each type has, its name included. */
const fieldCount: Readonly<Record<string, number>> = {
  "ssh-rsa": 3,
  "ssh-dss": 5,
  "ssh-ed25519": 2,
  "ecdsa-sha2-nistp256": 3,
  "ecdsa-sha2-nistp384": 3,
  "ecdsa-sha2-nistp521": 3,
  "sk-ssh-ed25519@openssh.com": 3,
  "sk-ecdsa-sha2-nistp256@openssh.com": 4,
};

/** The length-prefixed fields of a blob (RFC 4251); undefined if it is cut short. */
function fieldsOf(bytes: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/** The SHA-1 of the certificate. */
function x509Fingerprint(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint.toLowerCase();
  } catch {
    return undefined;
  }
}

function pairs(hex: string): string | undefined {
  return hex.match(/../g)?.join(":");
}
