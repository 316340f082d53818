import { dict, type Field, list, type Op, text, time, uuid, version } from "./field.ts";

const withLike: readonly Op[] = ["like", "eq", "neq", "in"];
export const statuses = ["drafted", "active", "deactivated", "deleted"] as const;

/** What artifacts of every type have. */
export const baseFields: Readonly<Record<string, Field>> = {
  id: text("Artifact UUID.", { system: true, nullable: false, sortable: true, limits: uuid }),
  name: text("Artifact Name.", {
    required: false,
    nullable: false,
    sortable: true,
    ops: withLike,
    limits: { minLength: 1 },
  }),
  owner: text("ID of user/tenant who uploaded artifact.", {
    system: true,
    required: false,
    nullable: false,
    sortable: true,
  }),
  status: text("Artifact status.", {
    default: "drafted",
    nullable: false,
    sortable: true,
    mutable: true,
    limits: { enum: statuses },
  }),
  created_at: time("Datetime when artifact has been created.", { system: true, nullable: false, sortable: true }),
  updated_at: time("Datetime when artifact has been updated last time.", {
    system: true,
    nullable: false,
    sortable: true,
    mutable: true,
  }),
  activated_at: time("Datetime when artifact has became active.", { system: true, required: false, sortable: true }),
  description: text("Artifact description.", {
    mutable: true,
    required: false,
    default: "",
    ops: [],
    limits: { maxLength: 4096 },
  }),
  tags: list("String", "List of tags added to Artifact.", {
    mutable: true,
    required: false,
    ops: [],
    asSet: true,
    limits: { uniqueItems: true },
    elements: { minLength: 1, pattern: "^[^,/]+$" },
  }),
  metadata: dict("String", "Key-value dict with useful information about an artifact.", {
    required: false,
    elements: { minLength: 1 },
  }),
  visibility: text("Artifact visibility that defines if artifact can be available to other users.", {
    default: "private",
    nullable: false,
    sortable: true,
    mutable: true,
    limits: { enum: ["private", "public"] },
  }),
  version: version("Artifact version(semver).", {
    required: false,
    default: "0.0.0",
    nullable: false,
    sortable: true,
    limits: {
      pattern: "/^([0-9]+)\\.([0-9]+)\\.([0-9]+)(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z-]+)?$/",
    },
  }),
  display_type_name: text("Display name of artifact type.", { system: true, sortable: true, ops: withLike }),
};

/** Those that have a column of their own. */
export const baseColumns = {
  id: "id",
  name: "name",
  owner: "owner",
  status: "status",
  created_at: "createdAt",
  updated_at: "updatedAt",
  activated_at: "activatedAt",
  description: "description",
  visibility: "visibility",
  version: "version",
  display_type_name: "displayTypeName",
  type_name: "typeName",
} as const;
export type BaseName = keyof typeof baseColumns;

export function isBase(name: string): name is BaseName {
  return Object.hasOwn(baseColumns, name);
}
