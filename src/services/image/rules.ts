import { projectRules } from "./actor.ts";

const member = "rule:admin_api or (role:member and project_id:%(project_id)s)";
const reader = "rule:admin_api or (role:reader and project_id:%(project_id)s)";
const seen =
  "project_id:%(project_id)s or project_id:%(member_id)s or 'community':%(visibility)s or 'public':%(visibility)s";
const shared = "rule:admin_api or (role:reader and (project_id:%(project_id)s or project_id:%(member_id)s))";

/** Glance's own rule names. */
export const rule = projectRules({
  add_image: [member, "Create an image."],
  delete_image: [member, "Delete an image."],
  get_image: [`rule:admin_api or (role:reader and (${seen}))`, "Show one image."],
  get_images: [reader, "List images."],
  modify_image: [member, "Change an image, its tags included."],
  publicize_image: ["rule:admin_api", "Make an image public."],
  communitize_image: [member, "Make an image a community image."],
  download_image: [`rule:admin_api or (role:member and (${seen}))`, "Download an image's bytes."],
  upload_image: [member, "Upload an image's bytes."],
  restore_image: ["rule:admin_api", "Restore an image whose deletion waits."],
  copy_image: ["rule:admin_api", "Copy an image to more stores."],
  get_image_location: [reader, "See where an image's bytes are."],
  set_image_location: [member, "Say that an image's bytes are in another place outside."],
  delete_image_location: ["rule:admin_api", "Take an image's bytes out of a place."],
  add_image_location: [
    "rule:service_api or (role:member and project_id:%(project_id)s)",
    "Say where an image's bytes are outside.",
  ],
  fetch_image_location: ["rule:service_api or rule:admin_api", "List where an image's bytes are."],
  tasks_api_access: ["rule:admin_api", "Use the tasks API."],
  stores_info_detail: ["rule:admin_api or rule:service_api", "List the stores with their details."],
  cache_list: ["rule:admin_api", "List the images that are kept near at hand."],
  cache_image: ["rule:admin_api", "Bring an image near at hand."],
  cache_delete: ["rule:admin_api", "Keep images near at hand no longer."],
  cache_clean: ["rule:admin_api", "Drop copies near at hand that nobody knows of."],
  cache_prune: ["rule:admin_api", "Drop copies near at hand until the rest fits."],
  deactivate: [member, "Deactivate an image."],
  reactivate: [member, "Reactivate an image."],
  add_member: [member, "Share an image with a project."],
  delete_member: [member, "Stop sharing an image with a project."],
  get_member: [shared, "Show one member of an image."],
  get_members: [shared, "List the members of an image."],
  modify_member: ["rule:admin_api or (role:member and project_id:%(member_id)s)", "Accept or reject a shared image."],
});
