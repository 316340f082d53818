import { anyToken, rules } from "#platform/api/rules.ts";

/** There is no OpenStack service with such rules: the names are this cloud's own. */
export const rule = {
  ...rules("container_registry", {
    pull: ["rule:project_reader_or_admin", "Pull from a repository, and list what is in it."],
    push: ["rule:project_member_or_admin", "Push to a repository."],
    delete: ["rule:project_member_or_admin", "Delete what is in a repository."],
    catalog: ["role:reader or role:admin", "List one's own project's repositories."],
  }),
  known: anyToken("See whether one is let in."),
};
