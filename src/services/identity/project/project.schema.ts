import { Type } from "typebox";
import { flag, id, immutability, maybe, orNull, text, wrapped } from "../shapes.schema.ts";

export interface ProjectFields {
  readonly name?: string;
  readonly description?: string | null;
  readonly domain_id?: string | null;
  readonly parent_id?: string | null;
  readonly is_domain?: boolean;
  readonly enabled?: boolean;
  readonly tags?: readonly string[];
  readonly options?: Record<string, unknown>;
}
export interface CreateProject {
  readonly project: ProjectFields & { readonly name: string };
}
export type CreateDomain = CreateProject["project"] & {
  /** For clouds that share users: the same domain by the same id. */
  readonly explicit_domain_id?: string;
};
export interface ChangeProject {
  readonly project: ProjectFields;
}

export const tag = Type.String({ minLength: 1, maxLength: 255, pattern: "^[^,/]*$" });
export const tags = Type.Array(tag, { maxItems: 80, uniqueItems: true });
/** Keystone gives these names a meaning of their own; everything else is kept as it comes. */
export const projectNames = [
  "id",
  "links",
  "name",
  "description",
  "domain_id",
  "parent_id",
  "is_domain",
  "enabled",
  "tags",
  "options",
];

const projectName = Type.String({ minLength: 1, maxLength: 64, pattern: "\\S" });
const fields = {
  description: maybe(text),
  domain_id: maybe(orNull(id)),
  is_domain: maybe(flag),
  parent_id: maybe(orNull(id)),
  enabled: maybe(flag),
  tags: maybe(tags),
  options: maybe(immutability),
};

export const createProject = wrapped<CreateProject>("project", { ...fields, name: projectName });
export const changeProject = wrapped<ChangeProject>("project", { ...fields, name: maybe(projectName) });
export const createDomain = wrapped<{ domain: CreateDomain }>("domain", {
  ...fields,
  name: projectName,
  explicit_domain_id: maybe(Type.String()),
});
export const changeDomain = wrapped<{ domain: ProjectFields }>("domain", { ...fields, name: maybe(projectName) });
