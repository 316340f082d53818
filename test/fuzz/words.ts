/** Which of the cloud's things a field of a body or a query names. "@id:servers@" becomes the id of one of them. */
const named: Readonly<Record<string, readonly string[]>> = {
  servers: ["server_id", "serverId", "instance_uuid", "instance", "device_id", "server_uuid"],
  networks: ["network_id", "uuid", "net_id", "floating_network_id"],
  subnets: ["subnet_id", "subnetpool_id"],
  ports: ["port_id", "port"],
  routers: ["router_id"],
  volumes: ["volume_id", "volumeId", "source_volid", "volume_uuid"],
  snapshots: ["snapshot_id"],
  images: ["imageRef", "image_id", "image"],
  flavors: ["flavorRef", "flavor_id", "flavor"],
  "security-groups": ["security_group_id", "remote_group_id", "security_groups"],
  floatingips: ["floatingip_id"],
  projects: ["project_id", "tenant_id", "project", "tenant", "default_project_id", "owner", "parent_id"],
  users: ["user_id", "user"],
  domains: ["domain_id", "domain"],
  roles: ["role_id", "role"],
  regions: ["region_id", "parent_region_id"],
  services: ["service_id"],
  providers: ["parent_provider_uuid", "resource_provider", "in_tree", "root"],
};

const special: Readonly<Record<string, readonly string[]>> = {
  cidr: ["10.9.0.0/24", "fd00::/64", "0.0.0.0/0", "10.1.0.0/33"],
  gateway_ip: ["10.9.0.1", "fd00::1", "10.1.0.254"],
  ip_address: ["10.1.0.77", "fd00::7", "203.0.113.9"],
  fixed_ip_address: ["10.1.0.5"],
  fixed_ip: ["10.1.0.99"],
  mac_address: ["fa:16:3e:00:00:01", "FA-16-3E-00-00-02"],
  destination: ["10.77.0.0/24"],
  nexthop: ["10.1.0.9"],
  remote_ip_prefix: ["0.0.0.0/0", "::/0", "10.0.0.0/8"],
  protocol: ["tcp", "udp", "icmp", "6", "255", "any"],
  direction: ["ingress", "egress"],
  ethertype: ["IPv4", "IPv6"],
  sort_key: ["id", "name", "created_at", "status", "uuid", "display_name", "updated_at", "nothing"],
  sort_dir: ["asc", "desc", "up"],
  sort: ["name:asc", "created_at:desc,id:asc", ":", "id:", ",,,"],
  fields: ["id", "name", "nothing"],
  limit: ["0", "1", "10", "-1", "99999999999", "1e3", "10.5"],
  offset: ["0", "5", "-1", "99999999999999999999"],
  marker: ["@id:servers@", "@id:volumes@", "@id:networks@", "@id:images@", "nothing"],
  "changes-since": [
    "2026-11-20T12:00:00Z",
    "yesterday",
    "2026-13-45T99:99:99",
    "0000-00-00",
    "+275760-09-13T00:00:00Z",
  ],
  "changes-before": ["2026-11-20T12:00:00Z", "9999999999999", "2026-11-20"],
  created_at: ["gt:2026-11-20T12:00:00Z", "in:x", "2026-02-30T00:00:00Z", "lt:"],
  updated_at: ["gte:2026-11-20T12:00:00", "gte:294277-01-01T00:00:00Z"],
  start: ["2026-11-20T12:00:00", "294277-01-01T00:00:00.0", "0001-01-01T00:00:00"],
  end: ["2026-11-21T12:00:00", "-1"],
  name: ["one", ".*", "(", "(a+)+$", "(?=x)", "[[:foo:]]", "a{99999}", "\\", "web"],
  ip: ["10.", "(", "10.1.0.5", "^((10)+)+$"],
  ip6: ["fd00", "["],
  host: ["host-1", "nowhere"],
  password: ["@secret@"],
  adminPass: ["@secret@"],
  original_password: ["@secret@"],
  auth_key: ["@secret@"],
  public_key: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9vb0Bp0bAHqbI8nqC8RSyL1Yf4yqYbZzvZl1nJ2Q0E a@b", "ssh-rsa AAAA"],
  expires_at: ["2027-01-01T00:00:00.000000Z", "never"],
  user_data: ["IyEvYmluL3NoCg==", "!!"],
  resources: ["VCPU:1", "VCPU:1,MEMORY_MB:99999999999", "VCPU:", ":", "VCPU:1e9"],
  required: ["HW_CPU_X86_AVX", "!COMPUTE_NODE", "in:A,B"],
  member_of: ["in:@id:providers@", "!", "in:"],
  path: ["/name", "/tags", "/visibility", "/properties/a", "/name/x", "//", "/~2", "/__proto__", "/__proto__/polluted"],
  op: ["replace", "add", "remove", "move"],
};

const usual = [
  "one",
  "a",
  "x-1",
  "nova",
  "default",
  "1",
  "8",
  "true",
  "0f0e0d0c-0b0a-4908-8706-050403020100",
  "0f0e0d0c0b0a49088706050403020100",
  "10.1.0.9",
  "2026-11-20T12:00:00Z",
  "CUSTOM_A",
  "/dev/vdc",
  "available",
  "error",
];

/** Words that a field of this name might hold. */
export function plausible(key: string): readonly string[] {
  const bare = key.replace(/s$/, "");
  const kinds = Object.keys(named).filter((kind) => named[kind]!.includes(key) || named[kind]!.includes(bare));
  const ids = kinds.map((kind) => `@id:${kind}@`);
  if (key === "id" || key.endsWith("_id")) ids.push("@id:any@");
  const own = Object.hasOwn(special, key) ? special[key]! : [];
  return [...ids, ...ids, ...own, ...(ids.length + own.length > 0 ? [] : usual)].length > 0
    ? [...ids, ...own, ...(ids.length + own.length > 0 ? [] : usual)]
    : usual;
}
/** Names of query parameters that some list somewhere knows. */
export const parameters = [
  ...Object.keys(special),
  "all_tenants",
  "deleted",
  "status",
  "tags",
  "tags-any",
  "id",
  "detail",
  "page_reverse",
  "visibility",
  "name~",
  "metadata",
  "flavor",
  "image",
  "project_id",
  "user_id",
];
