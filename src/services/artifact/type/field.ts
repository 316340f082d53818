export type Kind = "String" | "Integer" | "Float" | "Boolean" | "DateTime" | "Version" | "Link" | "Blob";
export type Op = "eq" | "neq" | "in" | "gt" | "gte" | "lt" | "lte" | "like";
/** What a value must be like, in JSON schema's words. */
export interface Limits {
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly uniqueItems?: true;
}
export interface Field {
  /** Of the value, or of each of its elements. */
  readonly kind: Kind;
  readonly shape: "one" | "list" | "dict";
  readonly description: string;
  /** Whether it may change in an active artifact. */
  readonly mutable: boolean;
  /** Whether an artifact can only be activated with it. */
  readonly required: boolean;
  /** Whether only the service itself sets it. */
  readonly system: boolean;
  readonly sortable: boolean;
  readonly nullable: boolean;
  /** What stands where nothing was said. */
  readonly default: unknown;
  readonly ops: readonly Op[];
  readonly limits: Limits;
  /** Whether a list keeps once what is said twice. */
  readonly asSet: boolean;
  /** Of each element of a list or a dictionary. */
  readonly elements: Limits;
  /** Of one blob. */
  readonly maxBlobBytes: number;
  /** Of all blobs of a dictionary. */
  readonly maxFolderBytes: number;
}
/** One kind of artifacts: data, as everything here is that differs between them. */
export interface ArtifactType {
  readonly name: string;
  readonly displayName: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Stands for artifacts of all types, and makes none. */
  readonly readOnly?: true;
}
type Given = Partial<Omit<Field, "kind" | "shape" | "description">>;

const opsOf: Readonly<Record<Kind, readonly Op[]>> = {
  String: ["eq", "neq", "in"],
  Integer: ["eq", "neq", "in", "gt", "gte", "lt", "lte"],
  Float: ["eq", "neq", "in", "gt", "gte", "lt", "lte"],
  Version: ["eq", "neq", "in", "gt", "gte", "lt", "lte"],
  Boolean: ["eq", "neq"],
  Link: ["eq", "neq"],
  DateTime: ["lt", "gt"],
  Blob: [],
};

const mebi = 2 ** 20;

function field(kind: Kind, shape: Field["shape"], description: string, given: Given): Field {
  return {
    kind,
    shape,
    description,
    mutable: false,
    required: true,
    system: false,
    sortable: false,
    nullable: true,
    default: shape === "list" ? [] : shape === "dict" ? {} : null,
    ops: opsOf[kind],
    maxBlobBytes: 10 * mebi,
    maxFolderBytes: 2550 * mebi,
    asSet: false,
    ...given,
    limits: { ...usual(kind, shape, given.limits), ...given.limits },
    elements: { ...(kind === "String" && shape !== "one" && { maxLength: 255 }), ...given.elements },
  };
}

function usual(kind: Kind, shape: Field["shape"], limits: Limits = {}): Limits {
  if (shape === "list") return { maxItems: 255 };
  if (shape === "dict") return { maxProperties: 255 };
  return kind === "String" && !limits.enum ? { maxLength: 255 } : {};
}

export const text = (description: string, given: Given = {}) => field("String", "one", description, given);
export const integer = (description: string, given: Given = {}) => field("Integer", "one", description, given);
export const real = (description: string, given: Given = {}) => field("Float", "one", description, given);
export const flag = (description: string, given: Given = {}) => field("Boolean", "one", description, given);
export const time = (description: string, given: Given = {}) => field("DateTime", "one", description, given);
export const version = (description: string, given: Given = {}) => field("Version", "one", description, given);
export const link = (description: string, given: Given = {}) => field("Link", "one", description, given);
export const blob = (description: string, given: Given = {}) => field("Blob", "one", description, given);
/** A dictionary of blobs. */
export const folder = (description: string, given: Given = {}) => field("Blob", "dict", description, given);
export const list = (kind: Kind, description: string, given: Given = {}) => field(kind, "list", description, given);
export const dict = (kind: Kind, description: string, given: Given = {}) => field(kind, "dict", description, given);

export const uuid: Limits = {
  pattern: "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$",
};
