import { createHmac, timingSafeEqual } from "node:crypto";

/** The parameters of an `Authorization: OAuth …` header (RFC 5849, 3.5.1); undefined if it is none. */
export function parametersOf(header: string | undefined): Readonly<Record<string, string>> | undefined {
  const [, rest] = /^OAuth\s+(.*)$/is.exec(header ?? "") ?? [];
  if (rest === undefined) return undefined;
  const pairs = [...rest.matchAll(/([A-Za-z0-9_.~%-]+)="([^"]*)"/g)].map(([, key, value]) => [
    plain(key!),
    plain(value!),
  ]);
  return Object.fromEntries(pairs.filter(([key]) => key !== "realm"));
}

const hashes: Readonly<Record<string, string>> = { "HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256" };

export interface Signed {
  readonly method: string;
  /** As the client has called it; without a query, which signed requests here do not have. */
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Whether a request was signed with these secrets (RFC 5849, 3.4.2). Plain text is not taken. */
export function isSigned(it: Signed, consumerSecret: string, tokenSecret = ""): boolean {
  const hash = hashes[it.parameters.oauth_signature_method ?? ""];
  if (!hash) return false;
  const key = `${escaped(consumerSecret)}&${escaped(tokenSecret)}`;
  const right = createHmac(hash, key).update(baseString(it)).digest();
  const given = Buffer.from(it.parameters.oauth_signature ?? "", "base64");
  return given.length === right.length && timingSafeEqual(given, right);
}

/** What is signed (RFC 5849, 3.4.1). */
export function baseString({ method, url, parameters }: Signed): string {
  const { origin, pathname } = new URL(url);
  const pairs = Object.entries(parameters).filter(([key]) => key !== "oauth_signature");
  const sorted = pairs
    .map(([key, value]) => `${escaped(key)}=${escaped(value)}`)
    .sort()
    .join("&");
  return [method.toUpperCase(), origin + pathname, sorted].map(escaped).join("&");
}

/** As RFC 3986 has it: only unreserved characters stay. */
function escaped(text: string): string {
  const code = (c: string) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, code);
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
