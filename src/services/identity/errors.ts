import { type ApiError, badRequest, conflict, forbidden, notFound } from "#platform/api/errors.ts";
import { type Extra, UNVEILED } from "./identity.ts";

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Request Entity Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
};

/** Identity's error body. */
export function errorBody(why: ApiError) {
  return { error: { code: why.status, message: why.message, title: titles[why.status] ?? "Error" } };
}

export const missing = (what: string, id: string) => notFound(`Could not find ${what}: ${id}.`);

/** Likewise, of what is no secret: whoever may not touch it may know that it is not there. */
export const missingToAll = (what: string, id: string) => notFound(`Could not find ${what}: ${id}.`, UNVEILED);

export const expecting = (field: string, where: string) =>
  badRequest(
    `Expecting to find ${field} in ${where}. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.`,
  );

export const mayNot = (what: string) => forbidden(`You are not authorized to perform the requested action: ${what}.`);

export const taken = (what: string, details: string) =>
  conflict(`Conflict occurred attempting to store ${what} - ${details}.`);

/** A change says something, and of the id, if anything, that it is the id. */
export function sameId(it: { id: string }, asked: object) {
  if (Object.keys(asked).length === 0) throw badRequest("Invalid input: {} does not have enough properties");
  const { id = it.id } = asked as { id?: unknown };
  if (id !== it.id) throw badRequest("Cannot change ID");
}

export const nameTaken = (what: string, name: string, domainId?: string | null) =>
  taken(what, `Duplicate entry found with name ${name}${domainId ? ` at domain ID ${domainId}` : ""}`);

/** Whoever wants to change or delete what is immutable has to make it mutable first, and do nothing else with that. */
export function mutable(what: string, it: { id: string; options: Extra }, to?: { options?: Extra }) {
  if (it.options.immutable !== true) return;
  if (to && Object.keys(to).length === 1 && to.options && (to.options.immutable ?? false) === false) return;
  const verb = to === undefined ? "delete" : "update";
  throw forbidden(
    `Unable to ${verb} immutable ${what} resource: \`${it.id}. Set resource option "immutable" to false first.`,
  );
}
