import type { ApiError } from "#platform/api/errors.ts";

const titles: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  409: "Conflict",
  413: "Request Entity Too Large",
  415: "Unsupported Media Type",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
const explanations: Record<number, string> = {
  400: "The server could not comply with the request since it is either malformed or otherwise incorrect.",
  401: "This server could not verify that you are authorized to access the document you requested.",
  403: "Access was denied to this resource.",
  404: "The resource could not be found.",
  405: "The method specified is not allowed for this resource.",
  409: "There was a conflict when trying to complete your request.",
  415: "The request media type is not supported by this server.",
};

/** Placement's error body: the sentence stands behind the explanation of its status, as WebOb writes it. */
export function errorBody({ status, message, kind }: ApiError, requestId: string) {
  const detail = [explanations[status], message].filter(Boolean).join("\n\n ");
  const code = kind?.startsWith("placement.") ? kind : "placement.undefined_code";
  return { errors: [{ status, title: titles[status] ?? "Error", detail: `${detail}  `, code, request_id: requestId }] };
}
