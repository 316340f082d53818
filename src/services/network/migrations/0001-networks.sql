create extension if not exists btree_gist;

create table network_networks (
  id text primary key,
  project_id text not null,
  name text not null,
  description text not null default '',
  admin_state_up boolean not null default true,
  shared boolean not null default false,
  external boolean not null default false,
  is_default boolean not null default false,
  mtu integer not null check (mtu >= 68),
  port_security_enabled boolean not null default true,
  network_type text not null check (network_type in ('geneve', 'flat', 'vlan')),
  physical_network text,
  segmentation_id integer,
  dns_domain text not null default '',
  availability_zone_hints jsonb not null default '[]',
  -- Whether the data plane has been told of it: ports wait for that.
  realised boolean not null default false,
  tags jsonb not null default '[]',
  revision integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint network_networks_segment unique nulls not distinct (network_type, physical_network, segmentation_id),
  constraint network_networks_provider check ((network_type = 'geneve') = (physical_network is null)),
  constraint network_networks_default check (external or not is_default)
);
create index network_networks_project on network_networks (project_id);

create table network_subnets (
  id text primary key,
  network_id text not null references network_networks on delete cascade,
  project_id text not null,
  name text not null,
  description text not null default '',
  ip_version integer not null check (ip_version in (4, 6)),
  cidr cidr not null check (family(cidr) = ip_version),
  gateway_ip inet,
  enable_dhcp boolean not null default true,
  allocation_pools jsonb not null,
  dns_nameservers jsonb not null default '[]',
  host_routes jsonb not null default '[]',
  ipv6_ra_mode text,
  ipv6_address_mode text,
  service_types jsonb not null default '[]',
  dns_publish_fixed_ip boolean not null default false,
  tags jsonb not null default '[]',
  revision integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint network_subnets_apart exclude using gist (network_id with =, cidr inet_ops with &&)
);
create index network_subnets_network on network_subnets (network_id);
create index network_subnets_project on network_subnets (project_id);

create table network_security_groups (
  id text primary key,
  project_id text not null,
  name text not null,
  description text not null default '',
  stateful boolean not null default true,
  is_default boolean not null default false,
  realised boolean not null default false,
  tags jsonb not null default '[]',
  revision integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index network_security_groups_default on network_security_groups (project_id) where is_default;
create index network_security_groups_project on network_security_groups (project_id);

create table network_security_group_rules (
  id text primary key,
  security_group_id text not null references network_security_groups on delete cascade,
  project_id text not null,
  description text not null default '',
  direction text not null check (direction in ('ingress', 'egress')),
  ethertype text not null check (ethertype in ('IPv4', 'IPv6')),
  protocol text,
  port_range_min integer,
  port_range_max integer,
  remote_ip_prefix cidr,
  remote_group_id text references network_security_groups on delete cascade,
  revision integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint network_security_group_rules_once unique nulls not distinct
    (security_group_id, direction, ethertype, protocol, port_range_min, port_range_max, remote_ip_prefix, remote_group_id),
  constraint network_security_group_rules_remote check (remote_ip_prefix is null or remote_group_id is null)
);
create index network_security_group_rules_remote_group on network_security_group_rules (remote_group_id);
create index network_security_group_rules_project on network_security_group_rules (project_id);

create table network_ports (
  id text primary key,
  network_id text not null references network_networks on delete cascade,
  project_id text not null,
  name text not null,
  description text not null default '',
  admin_state_up boolean not null default true,
  mac_address text not null,
  status text not null default 'DOWN',
  device_id text not null default '',
  device_owner text not null default '',
  port_security_enabled boolean not null default true,
  allowed_address_pairs jsonb not null default '[]',
  extra_dhcp_opts jsonb not null default '[]',
  dns_name text not null default '',
  dns_domain text not null default '',
  vnic_type text not null default 'normal',
  binding_profile jsonb not null default '{}',
  host text not null default '',
  -- Made for a server by compute, and deleted with it.
  made_for_server boolean not null default false,
  nic_tag text,
  nic_order integer not null default 0,
  -- Why it could not be wired, until it is bound again.
  fault text,
  tags jsonb not null default '[]',
  revision integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint network_ports_mac unique (network_id, mac_address)
);
create index network_ports_project on network_ports (project_id);
create index network_ports_device on network_ports (device_id) where device_id <> '';

create table network_addresses (
  port_id text not null references network_ports on delete cascade,
  subnet_id text not null references network_subnets,
  ip inet not null,
  place integer not null default 0,
  primary key (subnet_id, ip)
);
create index network_addresses_port on network_addresses (port_id);

create table network_port_groups (
  port_id text not null references network_ports on delete cascade,
  group_id text not null constraint network_port_groups_group references network_security_groups,
  primary key (port_id, group_id)
);
create index network_port_groups_of on network_port_groups (group_id);

-- What is plugged into a host, or about to be; outlives the port until it is unplugged.
create table network_taps (
  port_id text primary key,
  host text not null,
  server_id text not null,
  device text
);
create index network_taps_server on network_taps (server_id);

create table network_routers (
  id text primary key,
  project_id text not null,
  name text not null,
  description text not null default '',
  admin_state_up boolean not null default true,
  gateway_port_id text unique references network_ports,
  enable_snat boolean not null default true,
  routes jsonb not null default '[]',
  availability_zone_hints jsonb not null default '[]',
  realised boolean not null default false,
  tags jsonb not null default '[]',
  revision integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index network_routers_project on network_routers (project_id);

create table network_floating_ips (
  id text primary key,
  project_id text not null,
  description text not null default '',
  floating_network_id text not null references network_networks,
  floating_port_id text not null unique references network_ports,
  floating_ip_address inet not null,
  port_id text references network_ports,
  fixed_ip_address inet,
  router_id text references network_routers,
  status text not null default 'DOWN',
  dns_name text not null default '',
  dns_domain text not null default '',
  tags jsonb not null default '[]',
  revision integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint network_floating_ips_once unique (port_id, fixed_ip_address),
  constraint network_floating_ips_whole check ((port_id is null) = (fixed_ip_address is null) and (port_id is null) = (router_id is null))
);
create index network_floating_ips_project on network_floating_ips (project_id);
create index network_floating_ips_router on network_floating_ips (router_id);
