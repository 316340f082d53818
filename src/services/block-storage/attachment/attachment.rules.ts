import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";

export const attachmentRules = rules("volume", {
  attachment_create: [member, "Create attachment."],
  attachment_update: [member, "Update attachment."],
  attachment_delete: [member, "Delete attachment."],
  attachment_complete: [member, "Mark a volume attachment process as completed (in-use)."],
});

/** Cinder shows attachments under the rules of volumes. */
export const attachmentReadRules = rules("volume:attachment", {
  get: [reader, "Show an attachment."],
  get_all: [reader, "List attachments."],
});
