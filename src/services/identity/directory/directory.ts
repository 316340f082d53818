import { hash } from "node:crypto";
import { forbidden, unavailable } from "#platform/api/errors.ts";
import type { Condition } from "../driver.ts";
import type { Filters } from "../identity.ts";
import type { Source } from "./choice.ts";

/** The id under which the API knows an entry of a domain's directory: the same one in every cloud and for ever. */
export function publicId(domainId: string, kind: "user" | "group", localId: string): string {
  return hash("sha256", `${domainId}${kind}${localId}`);
}

const ways: Readonly<Record<string, Condition["how"]>> = {
  "": "equals",
  iequals: "equals",
  contains: "contains",
  icontains: "contains",
  startswith: "startswith",
  istartswith: "startswith",
  endswith: "endswith",
  iendswith: "endswith",
};

/** What a query string asks of names, for the directory to answer. */
export function conditions(query: Filters): readonly Condition[] {
  return Object.entries(query).flatMap(([key, given]) => {
    const [field, how = ""] = key.split("__");
    const value = [given].flat().at(-1);
    const way = Object.hasOwn(ways, how) ? ways[how] : undefined;
    return field === "name" && way && value !== undefined ? [{ how: way, value }] : [];
  });
}

/** The rest of a query string: what our own tables answer about entries that the directory has found. */
export function beyondNames(query: Filters): Filters {
  return Object.fromEntries(Object.entries(query).filter(([key]) => key.split("__")[0] !== "name"));
}

export function readOnly() {
  return forbidden("LDAP does not support write operations");
}

export function silent({ domainName }: Pick<Source, "domainName">, also = "") {
  return unavailable(
    `The directory of domain ${domainName} does not answer as it should: nothing can be said of its users and groups at the moment. Those of other domains are not affected${also}.`,
  );
}
