import { id, immutability, maybe, name, orNull, text, wrapped } from "../shapes.schema.ts";

export interface RoleFields {
  readonly name?: string;
  readonly domain_id?: string | null;
  /** Ours: the service where alone the role holds. */
  readonly service_id?: string | null;
  readonly description?: string | null;
  readonly options?: Record<string, unknown>;
}

export const roleNames = ["id", "links", "name", "domain_id", "service_id", "description", "options"];

const shared = {
  description: maybe(text),
  domain_id: maybe(orNull(id)),
  service_id: maybe(orNull(id)),
  options: maybe(immutability),
};

export const createRole = wrapped<{ role: RoleFields & { name: string } }>("role", { ...shared, name });
export const changeRole = wrapped<{ role: RoleFields }>("role", { ...shared, name: maybe(name) });
