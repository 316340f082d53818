/** What is kept of the northbound database: the columns that this driver writes, and "up", which it reads. */
export const northbound = {
  Logical_Switch: ["name", "ports", "other_config", "external_ids"],
  Logical_Switch_Port: [
    "name",
    "type",
    "addresses",
    "port_security",
    "options",
    "tag",
    "enabled",
    "up",
    "dhcpv4_options",
    "dhcpv6_options",
    "external_ids",
  ],
  DHCP_Options: ["cidr", "options", "external_ids"],
  Port_Group: ["name", "ports", "acls", "external_ids"],
  ACL: ["name", "priority", "direction", "match", "action", "external_ids"],
  Logical_Router: ["name", "enabled", "ports", "static_routes", "nat", "options", "external_ids"],
  Logical_Router_Port: ["name", "mac", "networks", "gateway_chassis", "ipv6_ra_configs", "options", "external_ids"],
  Gateway_Chassis: ["name", "chassis_name", "priority", "external_ids"],
  Logical_Router_Static_Route: ["ip_prefix", "nexthop", "output_port", "external_ids"],
  NAT: ["type", "external_ip", "logical_ip", "external_ids"],
};

/** What is kept of a host's switch database. */
export const openVSwitch = {
  Open_vSwitch: ["bridges", "external_ids", "cur_cfg", "next_cfg"],
  Bridge: ["name", "datapath_type", "datapath_id", "fail_mode", "ports", "other_config", "external_ids"],
  Port: ["name", "interfaces", "external_ids"],
  Interface: ["name", "type", "ofport", "error", "mtu_request", "external_ids"],
};
