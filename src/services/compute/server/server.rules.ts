import { rules } from "#platform/api/rules.ts";

const admin = "rule:admin_api";
const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";

export const serverRules = rules("os_compute_api:servers", {
  index: [reader, "List servers."],
  detail: [reader, "List servers with all that is known of them."],
  "index:get_all_tenants": [admin, "List servers of all projects."],
  "detail:get_all_tenants": [admin, "List servers of all projects with all that is known of them."],
  allow_all_filters: [admin, "List servers by any of their fields."],
  show: [reader, "Show one server."],
  "show:host_status": [admin, "See how the host of a server is."],
  "show:flavor-extra-specs": [reader, "See the extra specs of a server's flavor."],
  create: [member, "Create a server."],
  "create:forced_host": [admin, "Create a server on a given host."],
  "create:attach_volume": [member, "Create a server with volumes."],
  "create:attach_network": [member, "Create a server with networks."],
  "create:trusted_certs": [member, "Create a server with trusted image certificates."],
  "create:zero_disk_flavor": [admin, "Create a server with a flavor without a disk from an image."],
  update: [member, "Change the name, description and addresses of a server."],
  delete: [member, "Delete a server."],
  start: [member, "Start a stopped server."],
  stop: [member, "Stop a running server."],
  reboot: [member, "Reboot a server."],
});

export const placeRules = rules("compute:servers:create", {
  requested_destination: [admin, "Ask for a host or hypervisor for a new server."],
});
export const attributeRules = rules("os_compute_api", {
  "os-extended-server-attributes": [admin, "See where a server runs and what it was made with."],
  "os-console-output": [member, "Read the serial console of a server."],
});
export const lockRules = rules("os_compute_api:os-lock-server", {
  lock: [member, "Lock a server."],
  unlock: [member, "Unlock a server."],
  "unlock:unlock_override": [admin, "Unlock a server that somebody else locked."],
});
export const adminRules = rules("os_compute_api:os-admin-actions", {
  reset_state: [admin, "Set the state of a server."],
});
export const deferredRules = rules("os_compute_api:os-deferred-delete", {
  force: [member, "Delete a server at once."],
});
export const groupRules = rules("os_compute_api:os-security-groups", {
  list: [reader, "List the security groups of a server."],
  add: [member, "Add a security group to a server."],
  remove: [member, "Remove a security group from a server."],
});
export const ipRules = rules("os_compute_api:ips", {
  index: [reader, "List the addresses of a server."],
  show: [reader, "Show the addresses of a server on one network."],
});
export const passwordRules = rules("os_compute_api:os-server-password", {
  show: [reader, "Show the encrypted administrator password of a server."],
  clear: [member, "Clear the encrypted administrator password of a server."],
});
/** An extension of this cloud: why a server is where it is. */
export const schedulingRules = rules("crunch:scheduling", {
  show: [reader, "Show why a server was put on its host, and not on the others."],
});
