import { loose, maybe, name, text, wrapped } from "../shapes.schema.ts";
import type { EndpointFilters } from "./endpoint-filter.ts";

export interface GroupFields {
  readonly name: string;
  readonly description?: string | null;
  readonly filters: EndpointFilters;
}

const description = maybe(text);
const filters = loose({});

export const createGroup = wrapped<{ endpoint_group: GroupFields }>("endpoint_group", { name, description, filters });
export const changeGroup = wrapped<{ endpoint_group: Partial<GroupFields> }>("endpoint_group", {
  name: maybe(name),
  description,
  filters: maybe(filters),
});
