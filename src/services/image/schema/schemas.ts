import { containerFormats, diskFormats, visibilities } from "../image/image.ts";
import { memberStatuses } from "../member/member.ts";

const uuid = "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";
const text = (description: string) => ({ type: "string", description });
const maybe = (description: string, more: object = {}) => ({ type: ["null", "string"], description, ...more });
const given = (description: string, more: object = {}) => ({ readOnly: true, ...maybe(description, more) });
const count = (description: string) => ({ type: "integer", description });
const flag = (description: string) => ({ type: "boolean", description });

/** The image as a JSON schema, as clients read it to know which keys are properties. */
export const imageSchema = {
  name: "image",
  properties: {
    id: { type: "string", description: "An identifier for the image", pattern: uuid },
    name: maybe("Descriptive name for the image", { maxLength: 255 }),
    status: {
      readOnly: true,
      ...text("Status of the image"),
      enum: [
        "queued",
        "saving",
        "active",
        "killed",
        "deleted",
        "uploading",
        "importing",
        "pending_delete",
        "deactivated",
      ],
    },
    visibility: {
      ...text("Scope of image accessibility"),
      enum: ["community", "public", "private", "shared"].filter((one) =>
        (visibilities as readonly string[]).includes(one),
      ),
    },
    protected: flag("If true, image will not be deletable."),
    os_hidden: flag("If true, image will not appear in default image list response."),
    checksum: given("md5 hash of image contents.", { maxLength: 32 }),
    os_hash_algo: given("Algorithm to calculate the os_hash_value", { maxLength: 64 }),
    os_hash_value: given("Hexdigest of the image contents using the algorithm specified by the os_hash_algo", {
      maxLength: 128,
    }),
    owner: maybe("Owner of the image", { maxLength: 255 }),
    size: { readOnly: true, type: ["null", "integer"], description: "Size of image file in bytes" },
    virtual_size: { readOnly: true, type: ["null", "integer"], description: "Virtual size of image in bytes" },
    container_format: maybe("Format of the container", { enum: [null, ...containerFormats] }),
    disk_format: maybe("Format of the disk", { enum: [null, ...diskFormats] }),
    created_at: { readOnly: true, ...text("Date and time of image registration") },
    updated_at: { readOnly: true, ...text("Date and time of the last image modification") },
    tags: {
      type: "array",
      description: "List of strings related to the image",
      items: { type: "string", maxLength: 255 },
    },
    direct_url: { readOnly: true, ...text("URL to access the image file kept in external store") },
    min_ram: count("Amount of ram (in MB) required to boot image."),
    min_disk: count("Amount of disk space (in GB) required to boot image."),
    self: { readOnly: true, ...text("An image self url") },
    file: { readOnly: true, ...text("An image file url") },
    schema: { readOnly: true, ...text("An image schema url") },
    kernel_id: {
      ...maybe("ID of image stored in Glance that should be used as the kernel when booting an AMI-style image.", {
        pattern: uuid,
      }),
      is_base: false,
    },
    ramdisk_id: {
      ...maybe("ID of image stored in Glance that should be used as the ramdisk when booting an AMI-style image.", {
        pattern: uuid,
      }),
      is_base: false,
    },
    instance_uuid: {
      ...text("Metadata which can be used to record which instance this image is associated with."),
      is_base: false,
    },
    architecture: { ...text("Operating system architecture"), is_base: false },
    os_distro: { ...text("Common name of operating system distribution"), is_base: false },
    os_version: { ...text("Operating system version as specified by the distributor."), is_base: false },
    description: { ...text("A human-readable string describing this image."), is_base: false },
  },
  additionalProperties: { type: "string" },
  links: [
    { rel: "self", href: "{self}" },
    { rel: "enclosure", href: "{file}" },
    { rel: "describedby", href: "{schema}" },
  ],
};

export const memberSchema = {
  name: "member",
  properties: {
    member_id: text("An identifier for the image member (tenantId)"),
    image_id: { ...text("An identifier for the image"), pattern: uuid },
    created_at: text("Date and time of image member creation"),
    updated_at: text("Date and time of last modification of image member"),
    status: { ...text("The status of this image member"), enum: memberStatuses },
    schema: { readOnly: true, ...text("") },
  },
};

/** A list's schema. */
export function listOf(name: string, one: object) {
  return {
    name: `${name}s`,
    properties: {
      [`${name}s`]: { type: "array", items: one },
      ...(name === "image" && { first: { type: "string" }, next: { type: "string" } }),
      schema: { type: "string" },
    },
    links: [
      ...(name === "image"
        ? [
            { rel: "first", href: "{first}" },
            { rel: "next", href: "{next}" },
          ]
        : []),
      { rel: "describedby", href: "{schema}" },
    ],
  };
}
