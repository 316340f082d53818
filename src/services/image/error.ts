import type { ApiError } from "#platform/api/errors.ts";

const titles: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  413: "Request Entity Too Large",
  415: "Unsupported Media Type",
  416: "Requested Range Not Satisfiable",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** The body that the Image service sends to who accepts JSON. */
export function errorBody({ status, message }: ApiError) {
  const title = titles[status] ?? "Error";
  return { message, code: `${status} ${title}`, title };
}
