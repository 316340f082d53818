import { constants, createVerify, type KeyObject, X509Certificate } from "node:crypto";
import { Refused } from "#platform/service/driver.ts";
import type { ImageDriver } from "../driver.ts";

/** What is not signed as its properties say. */
export class BadSignature extends Refused {}

type Properties = Readonly<Record<string, string>>;
const keys = {
  signature: "img_signature",
  certificate: "img_signature_certificate_uuid",
  hash: "img_signature_hash_method",
  type: "img_signature_key_type",
} as const;
const hashes: Readonly<Record<string, string>> = {
  "SHA-224": "sha224",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/** Sees the bytes as they come, and says at their end whether they are what was signed. */
export interface Verifier {
  take(piece: Buffer): void;
  /** Throws BadSignature. */
  end(): void;
}

/**
 * The verifier for an image that is signed; undefined for one whose properties do not say everything of a signature.
 * https://docs.openstack.org/glance/latest/user/signature.html
 */
export async function verifierOf(driver: ImageDriver, properties: Properties): Promise<Verifier | undefined> {
  if (Object.values(keys).some((key) => !properties[key])) return undefined;
  const method = hashes[properties[keys.hash]!];
  if (!method) throw bad(`Invalid signature hash method: ${properties[keys.hash]}`);
  const key = await publicKey(driver, properties[keys.certificate]!, properties[keys.type]!);
  const verify = createVerify(method);
  const signature = Buffer.from(properties[keys.signature]!, "base64");
  return {
    take: (piece) => void verify.update(piece),
    end() {
      if (!verify.verify(howOf(key), signature)) throw bad("Signature verification for the image failed.");
    },
  };
}

function bad(why: string) {
  return new BadSignature(`Signature verification failed: ${why}`);
}

async function publicKey({ certificates }: ImageDriver, id: string, type: string): Promise<KeyObject> {
  const pem = await certificates?.find(id);
  if (!pem) throw bad(`Unable to retrieve certificate with ID: ${id}`);
  const { publicKey } = readCertificate(pem, id);
  if (!fits(publicKey, type)) throw bad(`Invalid public key type for signature key type: ${type}`);
  return publicKey;
}

function readCertificate(pem: string, id: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw bad(`The certificate ${id} cannot be read`);
  }
}

const curves: Readonly<Record<string, string>> = {
  ECC_SECT571K1: "sect571k1",
  ECC_SECT409K1: "sect409k1",
  ECC_SECT571R1: "sect571r1",
  ECC_SECT409R1: "sect409r1",
  ECC_SECP521R1: "secp521r1",
  ECC_SECP384R1: "secp384r1",
};

function fits({ asymmetricKeyType: kind, asymmetricKeyDetails: details }: KeyObject, type: string): boolean {
  if (type === "RSA-PSS") return kind === "rsa" || kind === "rsa-pss";
  if (type === "DSA") return kind === "dsa";
  return kind === "ec" && Object.hasOwn(curves, type) && details?.namedCurve === curves[type];
}

function howOf(key: KeyObject) {
  if (key.asymmetricKeyType !== "rsa" && key.asymmetricKeyType !== "rsa-pss") return { key };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
}
