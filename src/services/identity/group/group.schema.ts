import { id, maybe, name, text, wrapped } from "../shapes.schema.ts";

export interface GroupFields {
  readonly name?: string;
  readonly domain_id?: string;
  readonly description?: string | null;
}

export const groupNames = ["id", "links", "name", "domain_id", "description"];

const shared = { description: maybe(text), domain_id: maybe(id) };

export const createGroup = wrapped<{ group: GroupFields & { name: string } }>("group", { ...shared, name });
export const changeGroup = wrapped<{ group: GroupFields }>("group", { ...shared, name: maybe(name) });
