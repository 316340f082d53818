import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  verify as isSigned,
  sign as signed,
} from "node:crypto";

/** What a JSON web token says. */
type Claims = Readonly<Record<string, unknown>>;

/** A fresh P-256 key, as base64 of its DER. */
export function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
}

/** Makes JSON web tokens (RFC 7519) that are signed with ES256. */
export function sign(kid: string, privateKey: string): (claims: Claims) => string {
  const key = keyOf(privateKey);
  const head = encoded({ typ: "JWT", alg: "ES256", kid });
  return (claims) => {
    const text = `${head}.${encoded(claims)}`;
    const signature = signed("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  };
}

/** Reads the tokens that this key has signed, by this algorithm and no other; undefined for all else. */
export function verify(kid: string, privateKey: string): (token: string) => Claims | undefined {
  const key = createPublicKey(keyOf(privateKey));
  const head = encoded({ typ: "JWT", alg: "ES256", kid });
  return (token) => {
    const [first, body, signature, ...more] = token.split(".");
    if (first !== head || !body || !signature || more.length > 0) return undefined;
    const bytes = Buffer.from(signature, "base64url");
    const good = isSigned("sha256", Buffer.from(`${first}.${body}`), { key, dsaEncoding: "ieee-p1363" }, bytes);
    return good ? (JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as Claims) : undefined;
  };
}

function keyOf(privateKey: string) {
  return createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });
}

function encoded(it: object): string {
  return Buffer.from(JSON.stringify(it)).toString("base64url");
}
