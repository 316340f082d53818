import type { ApiError } from "#platform/api/errors.ts";
import { versions } from "./versions.ts";

const said: Readonly<Record<number, readonly [title: string, explanation: string, type: string]>> = {
  400: [
    "Bad Request",
    "The server could not comply with the request since it is either malformed or otherwise incorrect.",
    "BadRequest",
  ],
  401: [
    "Unauthorized",
    "This server could not verify that you are authorized to access the document you requested.",
    "Unauthorized",
  ],
  403: ["Forbidden", "Access was denied to this resource.", "Forbidden"],
  404: ["Not Found", "The resource could not be found.", "NotFound"],
  405: ["Method Not Allowed", "The method is not allowed for this resource.", "MethodNotAllowed"],
  406: ["Not Acceptable", "The resource could not be generated that was acceptable to your browser.", "NotAcceptable"],
  409: ["Conflict", "There was a conflict when trying to complete your request.", "Conflict"],
  410: ["Gone", "This resource is no longer available.  No forwarding address is given.", "Gone"],
  413: ["Request Entity Too Large", "The body of your request was too large for this server.", "RequestEntityTooLarge"],
  415: ["Unsupported Media Type", "The request media type is not supported by this server.", "UnsupportedMediaType"],
  503: ["Service Unavailable", "The server is currently unavailable. Please try again at a later time.", "Exception"],
};
const unknown = [
  "Internal Server Error",
  "The server has either erred or is incapable of performing the requested operation.",
  "Exception",
] as const;
const names = Object.keys(versions);

export function errorBody({ status, message, kind }: ApiError) {
  const [title, explanation, type] = said[status] ?? unknown;
  const range = { min_version: names[0], max_version: names.at(-1) };
  const error = { message, type: kind ?? type };
  return { code: status, title, explanation, error, ...(status === 406 && range) };
}
