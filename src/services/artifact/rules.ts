import { rules } from "#platform/api/rules.ts";

const own = "role:member and project_id:%(project_id)s";
const member = `rule:admin_api or (${own})`;
const unlessPublic = `rule:admin_api or (${own} and not 'public':%(visibility)s)`;
const seen = "rule:admin_api or (role:reader and (project_id:%(project_id)s or 'public':%(visibility)s))";

/** Glare's own rule names, with the cloud's default roles: members make and change, readers look, administrators publish. */
export const rule = rules("artifact", {
  type_list: ["role:reader", "List the types of artifacts and their schemas."],
  create: ["role:member", "Make an artifact in one's project."],
  update: [unlessPublic, "Change an artifact's fields."],
  activate: [member, "Make an artifact active: it does not change any more."],
  reactivate: ["rule:admin_api", "Make a deactivated artifact active again."],
  deactivate: ["rule:admin_api", "Deactivate an artifact, so that its data is not downloaded."],
  publish: ["rule:admin_api", "Make an artifact public."],
  get: [seen, "Show one artifact."],
  get_any_artifact: ["rule:admin_api", "Show artifacts of any project."],
  list: ["role:reader", "List one's own and public artifacts."],
  list_all_artifacts: ["rule:admin_api", "List the artifacts of all projects."],
  delete: [
    `rule:admin_api or (${own} and not 'public':%(visibility)s and not 'deactivated':%(status)s)`,
    "Delete an artifact and its data.",
  ],
  delete_linked: ["rule:admin_api", "Delete an artifact that others depend on."],
  set_location: [unlessPublic, "Say where a blob's data is outside."],
  set_internal_location: ["rule:admin_api", "Say where a blob's data is in a store."],
  upload: [unlessPublic, "Upload a blob's data."],
  download: [seen, "Download a blob's data."],
  download_deactivated: ["rule:admin_api", "Download data of a deactivated artifact."],
  delete_blob: [unlessPublic, "Take a location outside away from a blob."],
  set_quotas: ["rule:admin_api", "Set the quotas of projects."],
  list_all_quotas: ["rule:admin_api", "List the quotas of all projects."],
  list_project_quotas: ["rule:admin_api or (role:reader and project_id:%(project_id)s)", "List a project's quotas."],
});
