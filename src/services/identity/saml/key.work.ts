import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { selfSigned } from "#platform/x509/certificate.ts";
import type { SamlKey } from "./saml.ts";

/** A key of the cloud's own, with a certificate that says its name. */
export async function newKey(name: string, now: string): Promise<SamlKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 3072 });
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: selfSigned({ name, publicKey, privateKey, now }),
  };
}
