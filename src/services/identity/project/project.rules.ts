import { rules } from "#platform/api/rules.ts";

const system = "rule:admin_required or (role:reader and system_scope:all)";
const reader = `${system} or (role:reader and domain_id:%(target.project.domain_id)s) or project_id:%(target.project.id)s`;
const writer = "rule:admin_required or (role:manager and domain_id:%(target.project.domain_id)s)";

export const projectRules = rules("identity", {
  get_project: [reader, "Show one project."],
  list_projects: [`${system} or (role:reader and domain_id:%(target.domain_id)s)`, "List projects."],
  list_user_projects: [
    `${system} or (role:reader and domain_id:%(target.user.domain_id)s) or user_id:%(target.user.id)s`,
    "List the projects where a user has a role.",
  ],
  create_project: [writer, "Create a project."],
  update_project: [writer, "Change a project."],
  delete_project: [writer, "Delete a project."],
  list_project_tags: [reader, "List a project's tags."],
  get_project_tag: [reader, "Say whether a project has a tag."],
  update_project_tags: [writer, "Replace a project's tags."],
  create_project_tag: [writer, "Add a tag to a project."],
  delete_project_tags: [writer, "Remove all tags from a project."],
  delete_project_tag: [writer, "Remove a tag from a project."],
});
