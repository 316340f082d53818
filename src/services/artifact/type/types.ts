import { notFound } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { baseFields } from "./base.ts";
import { type ArtifactType, blob, dict, type Field, folder, integer, list, text, uuid } from "./field.ts";

const gibi = 2 ** 30;
const big = { maxBlobBytes: 1024 * gibi, maxFolderBytes: 4096 * gibi };

/** Every type of artifacts: Glare's own ones, and one for whatever vendors and an app catalogue bring. */
export const artifactTypes: readonly ArtifactType[] = [
  declared("heat_environments", "Heat Environments", {
    environment: blob("Heat Environment text body."),
  }),
  declared("heat_templates", "Heat Templates", {
    environments: dict("Link", "References to Heat Environments that can be used with current template.", {
      mutable: true,
    }),
    template: blob("Heat template body."),
    nested_templates: folder(
      "Dict of nested templates where key is the name  of template and value is nested template body.",
    ),
    default_envs: dict(
      "String",
      "Default environments that can be applied to the template if no environments specified by user.",
      { mutable: true },
    ),
  }),
  declared("images", "Images", {
    container_format: text("Image container format.", {
      limits: { enum: ["ami", "ari", "aki", "bare", "ovf", "ova", "docker"] },
    }),
    disk_format: text("Image disk format.", {
      limits: { enum: ["ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso"] },
    }),
    min_ram: integer("Minimal RAM required to boot image.", { required: false, limits: { minimum: 0 } }),
    min_disk: integer("Minimal disk space required to boot image.", { required: false, limits: { minimum: 0 } }),
    image: blob("Image binary.", { required: false, maxBlobBytes: 1_073_741_824_000 }),
    kernel_id: text("ID of image stored in Glare that should be used as the kernel when booting an AMI-style image.", {
      required: false,
      limits: uuid,
    }),
    ramdisk_id: text(
      "ID of image stored in Glare that should be used as the ramdisk when booting an AMI-style image.",
      { required: false, limits: uuid },
    ),
    instance_uuid: text("Which instance this image is associated with. (Informational only.)", { required: false }),
    architecture: text("Operating system architecture.", { required: false }),
    os_distro: text("Common name of operating system distribution.", { required: false }),
    os_version: text("Operating system version as specified by the distributor.", { required: false }),
  }),
  declared("murano_packages", "Murano packages", {
    package: blob("Murano Package binary.", { required: false, maxBlobBytes: 104_857_600 }),
    type: text("Package type.", { default: "Application", limits: { enum: ["Application", "Library"] } }),
    display_name: text("Package name in human-readable format.", { mutable: true }),
    categories: list("String", "List of categories specified for the package.", { mutable: true }),
    class_definitions: list("String", "List of class definitions in the package.", { limits: { uniqueItems: true } }),
    inherits: dict("String", ""),
    keywords: list("String", "", { mutable: true }),
    dependencies: list("Link", "List of package dependencies for this package.", { required: false }),
  }),
  declared("tosca_templates", "TOSCA Templates", {
    template_format: text("TOSCA template format."),
    template: blob("TOSCA template body."),
  }),
  declared("packages", "Packages", {
    kind: text("What it is: an application, a plug-in, a driver, a machine …", {
      required: false,
      sortable: true,
      default: "generic",
    }),
    vendor: text("Who made it.", { required: false, sortable: true }),
    license: text("Under which terms it may be used.", { required: false }),
    media_type: text("What it is, as a media type (OCI's artifactType).", { required: false }),
    requires: list("Link", "Other artifacts that it cannot do without.", { required: false }),
    manifest: blob("What says what it is made of.", { required: false }),
    package: blob("The whole, as one file.", { required: false, ...big }),
    files: folder("Its parts, by their names or hashes.", { required: false, ...big }),
  }),
];

/** Artifacts of whatever type, by what they all have. */
export const all: ArtifactType = {
  name: "all",
  displayName: "All Artifacts",
  readOnly: true,
  fields: {
    ...baseFields,
    type_name: text("Name of artifact type.", { sortable: true, ops: ["like", "eq", "neq", "in"] }),
  },
};

const byName = Object.fromEntries([...artifactTypes, all].map((it) => [it.name, it]));

function declared(name: string, displayName: string, fields: Readonly<Record<string, Field>>): ArtifactType {
  return { name, displayName, fields: { ...baseFields, ...fields } };
}

export function typeNamed(name: string): ArtifactType {
  const found = own(byName, name);
  if (!found) throw notFound(`Glare type with name '${name}' was not found.`, "TypeNotFound");
  return found;
}

export function isBlob({ kind, shape }: Field): boolean {
  return kind === "Blob" && shape === "one";
}

export function isFolder({ kind, shape }: Field): boolean {
  return kind === "Blob" && shape === "dict";
}
