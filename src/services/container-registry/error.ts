import { ApiError } from "#platform/api/errors.ts";
import { Refused } from "#platform/service/driver.ts";
import { Full } from "./driver.ts";

/** The codes of OCI's distribution specification: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
const codes = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  UNSUPPORTED: 405,
} as const;

interface More {
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

export function refusal(code: keyof typeof codes, why: string, { status, headers }: More = {}): ApiError {
  return new ApiError(status ?? codes[code], why, { kind: code, headers });
}

const usual: Readonly<Record<number, string>> = {
  401: "UNAUTHORIZED",
  403: "DENIED",
  404: "NAME_UNKNOWN",
  405: "UNSUPPORTED",
  413: "SIZE_INVALID",
  429: "TOOMANYREQUESTS",
};

/** Other refusals have the code of their status. */
export function errorBody({ status, kind, message }: ApiError) {
  const code = kind ?? usual[status] ?? "UNSUPPORTED";
  return { errors: [{ code, message, detail: null }] };
}

/** What a driver says, in the registry's words. */
export function ofDriver(why: unknown): unknown {
  if (why instanceof Full) return refusal("DENIED", why.message, { status: 507 });
  if (why instanceof Refused) return refusal("DENIED", why.message, { status: 413 });
  return why;
}
