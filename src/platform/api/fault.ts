import type { ApiError } from "./errors.ts";

const names: Readonly<Record<number, string>> = {
  400: "badRequest",
  401: "unauthorized",
  403: "forbidden",
  404: "itemNotFound",
  405: "badMethod",
  406: "notAcceptable",
  409: "conflictingRequest",
  413: "overLimit",
  415: "badMediaType",
  429: "overLimit",
  501: "notImplemented",
  503: "serviceUnavailable",
};

/** The error body of Nova and Cinder: one key that names the kind, and Nova's word for every other one, in Cinder too. */
export function faultBody({ status, message, headers }: ApiError): object {
  const retryAfter = headers["retry-after"];
  return { [names[status] ?? "computeFault"]: { code: status, message, ...(retryAfter && { retryAfter }) } };
}
