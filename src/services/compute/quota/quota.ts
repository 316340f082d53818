/** What one project may have where its administrator has said nothing: Nova's own defaults. */
export const quotaDefaults = {
  instances: 10,
  cores: 20,
  ram: 51_200,
  metadata_items: 128,
  injected_files: 5,
  injected_file_content_bytes: 10_240,
  injected_file_path_bytes: 255,
  key_pairs: 100,
  server_groups: 10,
  server_group_members: 10,
};
export type QuotaResource = keyof typeof quotaDefaults;
