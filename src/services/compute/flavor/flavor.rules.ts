import { anyToken, rules } from "#platform/api/rules.ts";

const admin = "rule:admin_api";
const reader = "rule:project_reader_or_admin";

export const flavorRules = {
  read: anyToken("List and show flavors."),
  ...rules("os_compute_api:os-flavor-manage", {
    create: [admin, "Create a flavor."],
    update: [admin, "Change the description of a flavor."],
    delete: [admin, "Delete a flavor."],
  }),
};

export const accessRules = {
  ...rules("os_compute_api", { "os-flavor-access": [admin, "List the projects that may use a private flavor."] }),
  ...rules("os_compute_api:os-flavor-access", {
    add_tenant_access: [admin, "Let a project use a private flavor."],
    remove_tenant_access: [admin, "Take a private flavor away from a project."],
  }),
};

export const specRules = rules("os_compute_api:os-flavor-extra-specs", {
  index: [reader, "List the extra specs of a flavor."],
  show: [reader, "Show one extra spec of a flavor."],
  create: [admin, "Set extra specs of a flavor."],
  update: [admin, "Change one extra spec of a flavor."],
  delete: [admin, "Remove one extra spec of a flavor."],
});
