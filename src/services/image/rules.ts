import { rules } from "#platform/api/rules.ts";

const member = "rule:admin_api or (role:member and project_id:%(project_id)s)";
const reader = "rule:admin_api or (role:reader and project_id:%(project_id)s)";
const seen =
  "project_id:%(project_id)s or project_id:%(member_id)s or 'community':%(visibility)s or 'public':%(visibility)s";
const shared = "rule:admin_api or (role:reader and (project_id:%(project_id)s or project_id:%(member_id)s))";

/** Glance's own rule names. */
export const rule = rules("", {
  add_image: [member, "Create an image."],
  delete_image: [member, "Delete an image."],
  get_image: [`rule:admin_api or (role:reader and (${seen}))`, "Show one image."],
  get_images: [reader, "List images."],
  modify_image: [member, "Change an image, its tags included."],
  publicize_image: ["rule:admin_api", "Make an image public."],
  communitize_image: [member, "Make an image a community image."],
  download_image: [`rule:admin_api or (role:member and (${seen}))`, "Download an image's bytes."],
  upload_image: [member, "Upload an image's bytes."],
  deactivate: [member, "Deactivate an image."],
  reactivate: [member, "Reactivate an image."],
  add_member: [member, "Share an image with a project."],
  delete_member: [member, "Stop sharing an image with a project."],
  get_member: [shared, "Show one member of an image."],
  get_members: [shared, "List the members of an image."],
  modify_member: ["rule:admin_api or (role:member and project_id:%(member_id)s)", "Accept or reject a shared image."],
});
