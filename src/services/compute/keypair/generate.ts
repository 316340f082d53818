import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { certificate } from "./certificate.ts";
import type { KeypairKind, NewKey } from "./keypair.ts";

const generate = promisify(generateKeyPair);

/** A fresh RSA pair, as clients of every age can read it: the public half for guests, the private one in PEM. */
export async function newKey(kind: KeypairKind, userId: string, now: string): Promise<NewKey> {
  const { publicKey, privateKey } = await generate("rsa", { modulusLength: 2048 });
  if (kind === "x509") {
    return {
      publicKey: certificate(userId, publicKey, privateKey, now),
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  }
  return {
    publicKey: `ssh-rsa ${blob(publicKey).toString("base64")} Generated-by-Nova`,
    privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  };
}

/** OpenSSH's spelling of an RSA key (RFC 4253, 6.6). */
function blob(key: KeyObject): Buffer {
  const { e = "", n = "" } = key.export({ format: "jwk" });
  const fields = [Buffer.from("ssh-rsa"), positive(Buffer.from(e, "base64url")), positive(Buffer.from(n, "base64url"))];
  return Buffer.concat(fields.flatMap((it) => [size(it), it]));
}

function positive(it: Buffer): Buffer {
  return (it[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), it]) : it;
}

function size(it: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(it.length);
  return bytes;
}
