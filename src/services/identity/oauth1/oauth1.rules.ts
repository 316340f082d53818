import { open, rules } from "#platform/api/rules.ts";

const admin = "rule:admin_required";
const reader = `${admin} or (role:reader and system_scope:all)`;

export const oauth1Rules = {
  ...rules("identity", {
    get_consumer: [reader, "Show one OAuth consumer."],
    list_consumers: [reader, "List OAuth consumers."],
    create_consumer: [admin, "Make an OAuth consumer."],
    update_consumer: [admin, "Change an OAuth consumer."],
    delete_consumer: [admin, "Delete an OAuth consumer."],
    authorize_request_token: [admin, "Let a consumer act with some of one's roles."],
    get_access_token: [admin, "Show what a consumer was allowed."],
    list_access_tokens: [admin, "List what consumers were allowed by a user."],
    get_access_token_role: [admin, "Show one role that a consumer was given."],
    list_access_token_roles: [admin, "List the roles that a consumer was given."],
    delete_access_token: [admin, "Take back what a consumer was allowed."],
  }),
  signed: open("Ask for a request or access token, signed by a consumer."),
};
