import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";
const admin = "rule:admin_api";

export const volumeRules = rules("volume", {
  create: [member, "Create volume."],
  create_from_image: [member, "Create volume from image."],
  get: [reader, "Show volume."],
  get_all: [reader, "List volumes or get summary of volumes."],
  update: [member, "Update volume or update a volume's bootable status."],
  delete: [member, "Delete volume."],
  force_delete: [admin, "Force delete a volume."],
  extend: [member, "Extend a volume."],
  retype: [member, "Retype a volume."],
  update_readonly_flag: [member, "Update a volume's readonly flag."],
  get_volume_metadata: [reader, "Show a volume's metadata or one specified metadata with a given key."],
  create_volume_metadata: [member, "Create volume metadata."],
  update_volume_metadata: [member, "Update a volume's metadata or one specified metadata with a given key."],
  delete_volume_metadata: [member, "Delete a volume's metadatum with the given key."],
});

export const attributeRules = rules("volume_extension", {
  volume_host_attribute: [admin, "List or show volume with host attribute."],
  volume_tenant_attribute: [reader, "List or show volume with tenant attribute."],
  volume_mig_status_attribute: [admin, "List or show volume with migration status attribute."],
});

export const imageMetadataRules = rules("volume_extension:volume_image_metadata", {
  show: [reader, "Show a volume's image metadata."],
  set: [member, "Set image metadata for a volume."],
  remove: [member, "Remove specific image metadata from a volume."],
});

export const actionRules = rules("volume_extension:volume_actions", {
  attach: [member, "Add attachment metadata."],
  detach: [member, "Clear attachment metadata."],
  reserve: [member, "Mark volume as reserved."],
  unreserve: [member, "Unmark volume as reserved."],
  begin_detaching: [member, "Begin detach volumes."],
  roll_detaching: [member, "Roll back volume status to 'in-use'."],
});

export const adminActionRules = rules("volume_extension:volume_admin_actions", {
  reset_status: [admin, "Reset status of a volume."],
  force_delete: [admin, "Force delete a volume."],
});
