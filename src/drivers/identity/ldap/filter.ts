import { AndFilter, EqualityFilter, type Filter, FilterParser, OrFilter, SubstringFilter } from "ldapts";
import { Refused } from "#platform/service/driver.ts";
import type { Condition } from "#services/identity/driver.ts";
import { guidBytes, isGuid } from "./guid.ts";
import type { Tree } from "./settings.ts";

/**
 * Filters are built as trees whose values are sent as they are: nothing that a client says is ever read as a part of a
 * filter's syntax.
 */
export function ofTree({ objectClass, filter }: Tree, also: readonly Filter[]): Filter {
  const own = filter === undefined ? [] : [parsed(filter)];
  return new AndFilter({ filters: [equal("objectClass", objectClass), ...own, ...also] });
}

export function equal(attribute: string, value: string): Filter {
  return new EqualityFilter({ attribute, value: isGuid(attribute) ? guidBytes(value) : value });
}

export function anyOf(attribute: string, values: readonly string[]): Filter {
  return new OrFilter({ filters: values.map((value) => equal(attribute, value)) });
}

/** What a list's query string asks of a name. Directories do not tell cases apart. */
export function named(attribute: string, { how, value }: Condition): Filter {
  if (how === "equals") return equal(attribute, value);
  if (how === "startswith") return new SubstringFilter({ attribute, initial: value });
  if (how === "endswith") return new SubstringFilter({ attribute, final: value });
  return new SubstringFilter({ attribute, any: [value] });
}

function parsed(text: string): Filter {
  try {
    return FilterParser.parseString(text);
  } catch {
    throw new Refused("an own filter among the options cannot be read");
  }
}
