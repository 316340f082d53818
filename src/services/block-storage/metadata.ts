import { badRequest } from "#platform/api/errors.ts";

/** The key in the address and the one in the body are to be the same. */
export function requireSameKey(key: string, meta: object): void {
  if (!Object.hasOwn(meta, key)) throw badRequest("Request body and URI mismatch");
}
