import { open, rules } from "#platform/api/rules.ts";

const admin = "rule:admin_required";
const reader = `${admin} or (role:reader and system_scope:all)`;

export const federationRules = {
  ...rules("identity", {
    create_identity_provider: [admin, "Register an identity provider."],
    list_identity_providers: [reader, "List identity providers."],
    get_identity_provider: [reader, "Show one identity provider."],
    update_identity_provider: [admin, "Change an identity provider."],
    delete_identity_provider: [admin, "Delete an identity provider."],
    create_protocol: [admin, "Add a protocol to an identity provider."],
    update_protocol: [admin, "Change an identity provider's protocol."],
    get_protocol: [reader, "Show one protocol of an identity provider."],
    list_protocols: [reader, "List an identity provider's protocols."],
    delete_protocol: [admin, "Take a protocol from an identity provider."],
    create_mapping: [admin, "Make a mapping."],
    get_mapping: [reader, "Show one mapping."],
    list_mappings: [reader, "List mappings."],
    update_mapping: [admin, "Change a mapping."],
    delete_mapping: [admin, "Delete a mapping."],
    create_service_provider: [admin, "Register another cloud."],
    list_service_providers: [reader, "List other clouds."],
    get_service_provider: [reader, "Show one other cloud."],
    update_service_provider: [admin, "Change another cloud."],
    delete_service_provider: [admin, "Delete another cloud."],
  }),
  signIn: open("Come in by what an identity provider says of one."),
};
