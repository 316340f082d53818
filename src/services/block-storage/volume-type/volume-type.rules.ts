import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";
const admin = "rule:admin_api";

export const typeRules = rules("volume_extension", {
  type_create: [admin, "Create volume type."],
  type_update: [admin, "Update volume type."],
  type_delete: [admin, "Delete volume type."],
  type_get: [reader, "Get one specific volume type."],
  type_get_all: [reader, "List volume types."],
  access_types_extra_specs: [reader, "Include the volume type's extra_specs attribute in the response."],
  access_types_qos_specs_id: [admin, "Include the volume type's QoS specifications ID attribute in the response."],
  volume_type_access: [member, "Adds the boolean field 'os-volume-type-access:is_public' to the responses."],
});

export const accessRules = rules("volume_extension:volume_type_access", {
  addProjectAccess: [admin, "Add volume type access for project."],
  removeProjectAccess: [admin, "Remove volume type access for project."],
  get_all_for_type: [admin, "List private volume type access detail."],
});

export const specRules = rules("volume_extension:types_extra_specs", {
  create: [admin, "Create type extra specs."],
  read_sensitive: [admin, "Include extra_specs fields that may reveal sensitive information."],
  index: [reader, "List type extra specs."],
  show: [reader, "Show one specified type extra specs."],
  update: [admin, "Update type extra specs."],
  delete: [admin, "Delete type extra specs."],
});

export const defaultRules = rules("volume_extension", {
  default_set_or_update: [admin, "Set or update default volume type."],
  default_get: [admin, "Get default types."],
  default_get_all: [admin, "Get all default types."],
  default_unset: [admin, "Unset default type."],
});
