import { type TArrayOptions, type TProperties, type TSchema, Type } from "typebox";
import { type Since, shapes, type Version } from "#platform/api/versions.ts";
import { flag, name, textMap, whole } from "../words.ts";
import type { CreateServer, UpdateServer } from "./asked.ts";

const optional = Type.Optional;
const uuidPattern = "^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$";
const uuid = Type.String({ pattern: uuidPattern });
const text = Type.String();
const anything = Type.Unknown();
const ipv4 = "^((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}$";
const ipv6 = "^[0-9a-fA-F]*:[0-9a-fA-F:.]*$";
const ip = Type.String({ pattern: `${ipv4}|${ipv6}` });
const tag = Type.String({ minLength: 1, maxLength: 60, pattern: "^[^,/]*$" });
const hostName = Type.String({ minLength: 1, maxLength: 255, pattern: "^[a-zA-Z0-9-._]*$" });
const base64 = "^[A-Za-z0-9+/\\s]*(=\\s*){0,2}$";
const diskConfig = Type.Union([Type.Literal("AUTO"), Type.Literal("MANUAL")]);
const description = Type.Union([Type.Null(), Type.String({ maxLength: 255, pattern: "^[^\\p{Cc}]*$" })]);
const strict = { additionalProperties: false };
const object = (fields: TProperties) => Type.Object(fields, strict);
const list = (items: TSchema, more: TArrayOptions = {}) => Type.Array(items, more);
const maybe = (one: TSchema) => Type.Union([one, Type.Null()]);

const nic = { uuid: optional(uuid), port: optional(maybe(uuid)), fixed_ip: optional(ip) };
const nics = list(object(nic));
const taggedNics = list(object({ ...nic, tag: optional(tag) }));
const autoOr = (some: TSchema) => Type.Union([some, Type.Literal("none"), Type.Literal("auto")]);

const oldDisk = {
  virtual_name: optional(Type.String({ maxLength: 255 })),
  volume_id: optional(uuid),
  snapshot_id: optional(uuid),
  volume_size: optional(whole(1)),
  device_name: optional(maybe(Type.String({ minLength: 1, maxLength: 255, pattern: "^[a-zA-Z0-9._r/-]*$" }))),
  delete_on_termination: optional(flag),
  no_device: optional(anything),
  connection_info: optional(text),
};
const disk = {
  ...oldDisk,
  source_type: optional(Type.Union(["volume", "image", "snapshot", "blank"].map((it) => Type.Literal(it)))),
  uuid: optional(Type.String({ minLength: 1, maxLength: 255, pattern: "^[a-zA-Z0-9._-]*$" })),
  image_id: optional(uuid),
  destination_type: optional(Type.Union([Type.Literal("local"), Type.Literal("volume")])),
  guest_format: optional(maybe(Type.String({ maxLength: 255 }))),
  device_type: optional(maybe(Type.String({ maxLength: 255 }))),
  disk_bus: optional(maybe(Type.String({ maxLength: 255 }))),
  boot_index: optional(
    Type.Unsafe<number | string | null>({ type: ["integer", "string", "null"], pattern: "^-?[0-9]+$" }),
  ),
};
const disks = list(object(disk));
const taggedDisks = list(object({ ...disk, tag: optional(tag) }));
const typedDisks = list(
  object({ ...disk, tag: optional(tag), volume_type: optional(maybe(Type.String({ maxLength: 255 }))) }),
);

const hints = Type.Object({
  group: optional(uuid),
  different_host: optional(Type.Union([uuid, list(uuid)])),
  same_host: optional(Type.Union([uuid, list(uuid)])),
  query: optional(anything),
  target_cell: optional(name),
  different_cell: optional(anything),
  build_near_host_ip: optional(ip),
  cidr: optional(Type.String({ pattern: "^/[0-9a-f.:]+$" })),
});

/** What each version added to, or changed of, a new server; null takes away. */
const changes: Since<Record<string, TSchema | null>> = {
  "2.1": {
    name,
    imageRef: optional(Type.Union([uuid, Type.Literal("")])),
    flavorRef: Type.Unsafe<string | number>({ type: ["string", "integer"], minLength: 1 }),
    adminPass: optional(text),
    metadata: optional(textMap()),
    networks: optional(nics),
    "OS-DCF:diskConfig": optional(diskConfig),
    accessIPv4: optional(Type.String({ pattern: ipv4 })),
    accessIPv6: optional(Type.String({ pattern: ipv6 })),
    personality: optional(list(object({ path: optional(text), contents: optional(Type.String({ pattern: base64 })) }))),
    availability_zone: optional(name),
    block_device_mapping: optional(list(object(oldDisk))),
    block_device_mapping_v2: optional(disks),
    config_drive: optional(flag),
    key_name: optional(name),
    min_count: optional(whole(1)),
    max_count: optional(whole(1)),
    return_reservation_id: optional(flag),
    security_groups: optional(list(object({ name: optional(name) }))),
    user_data: optional(Type.String({ maxLength: 65_535, pattern: base64 })),
    "os:scheduler_hints": optional(hints),
  },
  "2.19": { description: optional(description) },
  "2.32": { networks: optional(taggedNics), block_device_mapping_v2: optional(taggedDisks) },
  "2.33": { block_device_mapping_v2: optional(disks) },
  "2.37": { networks: autoOr(nics) },
  "2.42": { networks: autoOr(taggedNics), block_device_mapping_v2: optional(taggedDisks) },
  "2.52": { tags: optional(list(tag, { maxItems: 50 })) },
  "2.57": { personality: null },
  "2.63": {
    trusted_image_certificates: optional(
      maybe(list(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 50, uniqueItems: true })),
    ),
  },
  "2.67": { block_device_mapping_v2: optional(typedDisks) },
  "2.74": { host: optional(hostName), hypervisor_hostname: optional(hostName) },
  "2.90": {
    hostname: optional(
      Type.String({ minLength: 2, maxLength: 63, pattern: "^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$" }),
    ),
  },
  "2.94": { hostname: optional(Type.String({ minLength: 1, maxLength: 255, pattern: "^[a-zA-Z0-9-._]*$" })) },
};

const bodyHints = { "os:scheduler_hints": optional(hints), "OS-SCH-HNT:scheduler_hints": optional(hints) };

export const createBody = shapes<CreateServer>(
  grown(changes, (fields) => object({ server: object(fields), ...bodyHints })),
);

const updates: Since<Record<string, TSchema | null>> = {
  "2.1": {
    name: optional(name),
    "OS-DCF:diskConfig": optional(diskConfig),
    accessIPv4: optional(Type.Union([Type.String({ pattern: ipv4 }), Type.Literal("")])),
    accessIPv6: optional(Type.Union([Type.String({ pattern: ipv6 }), Type.Literal("")])),
  },
  "2.19": { description: optional(description) },
  "2.90": { hostname: changes["2.90"]?.hostname ?? null },
  "2.94": { hostname: changes["2.94"]?.hostname ?? null },
};

export const updateBody = shapes<UpdateServer>(grown(updates, (fields) => object({ server: object(fields) })));

/** One schema for each version, of what it and those before it say. */
function grown(by: Since<Record<string, TSchema | null>>, whole: (fields: TProperties) => TSchema): Since<TSchema> {
  const fields: Record<string, TSchema | null> = {};
  const schemas = Object.entries(by).map(([version, more]) => {
    Object.assign(fields, more);
    const kept = Object.entries(fields).filter((it): it is [string, TSchema] => it[1] !== null);
    return [version, whole(Object.fromEntries(kept))] as const;
  });
  return Object.fromEntries(schemas) as Record<Version, TSchema>;
}
