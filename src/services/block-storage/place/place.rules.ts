import { anyToken, open, rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const admin = "rule:admin_api";

export const serviceRules = rules("volume_extension:services", { index: [admin, "List all services."] });
export const poolRules = rules("scheduler_extension:scheduler_stats", {
  get_pools: [admin, "List all backend pools."],
});
export const messageRules = rules("message", { get_all: [reader, "List messages."] });

export const versionRule = open("See which versions there are.");
export const zoneRule = anyToken("List the availability zones.");
export const extensionRule = anyToken("List the extensions.");
export const filterRule = anyToken("List what lists may be filtered by.");
