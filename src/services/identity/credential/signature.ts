import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A request as the service that it went to has seen it. */
export interface SignedRequest {
  readonly verb: string;
  readonly host: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** By names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHash: string;
}

const V4 = "AWS4-HMAC-SHA256";

/** The signature that a secret makes of a request, in whichever of Amazon's versions it is signed; undefined in none. */
export function signatureOf(secret: string, it: SignedRequest): string | undefined {
  const { params, headers } = it;
  const version = params.SignatureVersion;
  if (version === "0") return hmac("sha1", secret, `${params.Action}${params.Timestamp}`).toString("base64");
  if (version === "1") return hmac("sha1", secret, pairsInOrder(params)).toString("base64");
  if (version === "2") return version2(secret, it);
  const fourth = headers.authorization?.startsWith(V4) || params["X-Amz-Algorithm"] === V4;
  return version === undefined && fourth ? version4(secret, it) : undefined;
}

/** The signature of what an S3 client says that it has signed: `string` in the words of version 4, or of the older one. */
export function signatureOfString(secret: string, string: Buffer): string | undefined {
  if (!string.subarray(0, 4).equals(Buffer.from("AWS4"))) return hmac("sha1", secret, string).toString("base64");
  const lines = string.toString("utf8").split("\n");
  const [date, region, service, end, ...more] = lines[2]?.split("/") ?? [];
  if (lines.length !== 4 || lines[0] !== V4 || end !== "aws4_request" || more.length > 0) return undefined;
  if (!["s3", "iam", "sts"].includes(service!)) return undefined;
  return hmac("sha256", signingKey(secret, date!, region!, service!), string).toString("hex");
}

export function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

function pairsInOrder(params: SignedRequest["params"]): string {
  const lower = ([a]: [string, string], [b]: [string, string]) => compare(a.toLowerCase(), b.toLowerCase());
  return Object.entries(params).sort(lower).flat().join("");
}

function version2(secret: string, { verb, host, path, params }: SignedRequest): string {
  const query = canonicalQuery({ ...params, SignatureMethod: "HmacSHA256" });
  return hmac("sha256", secret, `${verb}\n${host}\n${path}\n${query}`).toString("base64");
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html */
function version4(secret: string, it: SignedRequest): string | undefined {
  const { verb, path, params, headers, bodyHash } = it;
  const [signed, credential] = [said(it, "SignedHeaders"), said(it, "Credential")];
  const at = headers["x-amz-date"] ?? params["X-Amz-Date"] ?? "";
  const [, date, region, service] = credential.split("/");
  if (!date || !region || !service || !at.startsWith(date)) return undefined;
  const query = verb.toUpperCase() === "POST" ? "" : canonicalQuery(params);
  const lines = `${canonicalHeaders(it, signed).join("\n")}\n`;
  const request = [verb.toUpperCase(), path, query, lines, signed, bodyHash].join("\n");
  const scope = credential.split("/").slice(1).join("/");
  const string = [V4, at, scope, createHash("sha256").update(request).digest("hex")].join("\n");
  return hmac("sha256", signingKey(secret, date, region, service), string).toString("hex");
}

/** A part of what the request says of its signature, in its header or its query. */
function said({ headers, params }: SignedRequest, name: string): string {
  const header = headers.authorization;
  if (header === undefined) return params[`X-Amz-${name}`] ?? "";
  return header.split(`${name}=`)[1]?.split(",")[0] ?? "";
}

/** Old Botos sign the host without its port. */
function canonicalHeaders({ headers }: SignedRequest, signed: string): string[] {
  const bare = /^Boto\/2\.[0-9]\.[0-2]/.test(headers["user-agent"] ?? "");
  const known = signed.split(";").filter((name) => headers[name] !== undefined);
  return known.map((name) => `${name}:${name === "host" && bare ? headers[name]!.split(":")[0] : headers[name]}`);
}

function canonicalQuery(params: SignedRequest["params"]): string {
  const pairs = Object.entries(params).sort(([a], [b]) => compare(a, b));
  return pairs.map(([key, value]) => `${quoted(key)}=${quoted(value)}`).join("&");
}

function quoted(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function signingKey(secret: string, date: string, region: string, service: string): Buffer {
  const parts = [date, region, service, "aws4_request"];
  return parts.reduce<Buffer>((key, part) => hmac("sha256", key, part), Buffer.from(`AWS4${secret}`));
}

function hmac(hash: "sha1" | "sha256", key: string | Buffer, text: string | Buffer): Buffer {
  return createHmac(hash, key).update(text).digest();
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
