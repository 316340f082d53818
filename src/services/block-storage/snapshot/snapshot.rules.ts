import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";
const admin = "rule:admin_api";

export const snapshotRules = rules("volume", {
  get_all_snapshots: [reader, "List snapshots."],
  create_snapshot: [member, "Create snapshot."],
  get_snapshot: [reader, "Show snapshot."],
  update_snapshot: [member, "Update snapshot."],
  delete_snapshot: [member, "Delete snapshot."],
  get_snapshot_metadata: [reader, "Show a snapshot's metadata or one specified metadata with a given key."],
  update_snapshot_metadata: [member, "Update a snapshot's metadata or one specified metadata with a given key."],
  delete_snapshot_metadata: [member, "Delete a snapshot's metadata with a given key."],
});

export const snapshotExtensionRules = rules("volume_extension", {
  extended_snapshot_attributes: [reader, "List or show snapshots with extended attributes."],
  "snapshot_actions:update_snapshot_status": [member, "Update database fields of snapshot."],
  "snapshot_admin_actions:reset_status": [admin, "Reset status of a snapshot."],
  "snapshot_admin_actions:force_delete": [admin, "Force delete a snapshot."],
});
