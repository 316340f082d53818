import { decrypt, encrypt, newKey } from "./fernet.ts";
import { newPrivateKey, sign, verify } from "./jws.ts";

/** How tokens are made: encrypted, or signed for all to read. */
export type KeyKind = "fernet" | "jws";

/** A key that tokens are made with; sealed, as it lies in the database. */
export interface KeyRow {
  readonly generation: number;
  readonly kind: KeyKind;
  readonly sealed: string;
  readonly createdAt: string;
  /** Every process knows the key before tokens are made with it. */
  readonly signsFrom: string;
}

/** A key at work. */
export interface TokenKey {
  make(packed: string, about: About): string;
  /** What was packed into a token that this key has made; undefined for any other. */
  open(token: string): string | undefined;
}
interface About {
  readonly user: { readonly id: string };
  readonly issuedAt: string;
  readonly expiresAt: string;
}

export function newSecret(kind: KeyKind): string {
  return kind === "fernet" ? newKey().toString("base64") : newPrivateKey();
}

export function tokenKey({ kind, generation }: Pick<KeyRow, "kind" | "generation">, secret: string): TokenKey {
  return kind === "fernet" ? fernet(Buffer.from(secret, "base64")) : jws(String(generation), secret);
}

function fernet(key: Buffer): TokenKey {
  return {
    make: (packed, { issuedAt }) => encrypt(key, packed, issuedAt),
    open: (token) => decrypt(key, token),
  };
}

function jws(id: string, secret: string): TokenKey {
  const seconds = (iso: string) => Math.floor(Date.parse(iso) / 1000);
  const signer = sign(id, secret);
  const verifier = verify(id, secret);
  return {
    make: (token, { user, issuedAt, expiresAt }) =>
      signer({ sub: user.id, iat: seconds(issuedAt), exp: seconds(expiresAt), token }),
    open: (token) => verifier(token)?.token as string | undefined,
  };
}
