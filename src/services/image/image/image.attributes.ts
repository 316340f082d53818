import { badRequest, forbidden } from "#platform/api/errors.ts";
import { containerFormats, diskFormats, type Image, visibilities } from "./image.ts";

const readOnly = [
  "created_at",
  "updated_at",
  "status",
  "checksum",
  "size",
  "virtual_size",
  "direct_url",
  "self",
  "file",
  "schema",
  "os_hash_algo",
  "os_hash_value",
  "stores",
];
const reserved = ["location", "deleted", "deleted_at"];

const text = (value: unknown) => typeof value === "string" && value.length <= 255;
const none = (value: unknown) => value === null;
const whole = (value: unknown) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 2147483647;
const flag = (value: unknown) => typeof value === "boolean";
const among = (list: readonly string[]) => (value: unknown) => list.includes(value as string);
const tags = (value: unknown) => Array.isArray(value) && value.every(text);

/** What a client may write: the row's name of it, and whether a value is one. */
const attributes: Readonly<Record<string, { column: keyof Image; takes(value: unknown): boolean }>> = {
  name: { column: "name", takes: (value) => text(value) || none(value) },
  visibility: { column: "visibility", takes: among(visibilities) },
  protected: { column: "protected", takes: flag },
  os_hidden: { column: "hidden", takes: flag },
  owner: { column: "owner", takes: (value) => text(value) || none(value) },
  container_format: { column: "containerFormat", takes: (value) => among(containerFormats)(value) || none(value) },
  disk_format: { column: "diskFormat", takes: (value) => among(diskFormats)(value) || none(value) },
  min_ram: { column: "minRam", takes: whole },
  min_disk: { column: "minDisk", takes: whole },
  tags: { column: "tags", takes: tags },
};

export function isAttribute(key: string): boolean {
  return Object.hasOwn(attributes, key);
}

/** 403 for what no client may write. */
export function requireWritable(key: string) {
  if (readOnly.includes(key)) throw forbidden(`Attribute '${key}' is read-only.`);
  if (reserved.includes(key) || key.startsWith("os_glance_")) throw forbidden(`Attribute '${key}' is reserved.`);
}

/** An attribute as the row has it. */
export function readAttribute(key: string, value: unknown): Partial<Image> {
  const { column, takes } = attributes[key]!;
  if (!takes(value)) throw mismatch(`${JSON.stringify(value)} is not valid under the schema of '${key}'`);
  return { [column]: Array.isArray(value) ? [...new Set(value)] : value };
}

/** Any other key is a property, and its value a string. */
export function readProperty(key: string, value: unknown): string {
  if (key.length > 255) throw badRequest("Custom property should not be greater than 255 characters.");
  if (typeof value !== "string") throw mismatch(`${JSON.stringify(value)} is not of type 'string'`);
  if ((key === "kernel_id" || key === "ramdisk_id") && !isUuid(value))
    throw mismatch(`'${value}' does not match the pattern of '${key}'`);
  return value;
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

export function mismatch(why: string) {
  return badRequest(`Provided object does not match schema 'image': ${why}`);
}
