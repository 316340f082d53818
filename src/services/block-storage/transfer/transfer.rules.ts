import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";

export const transferRules = rules("volume", {
  get_all_transfers: [reader, "List volume transfer."],
  create_transfer: [member, "Create a volume transfer."],
  get_transfer: [reader, "Show one specified volume transfer."],
  accept_transfer: [member, "Accept a volume transfer."],
  delete_transfer: [member, "Delete volume transfer."],
});
