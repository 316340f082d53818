import type { Database } from "#platform/store/database.ts";

type Rows = Record<string, unknown>[];
interface Truth {
  readonly says: string;
  /** Finds what contradicts it. */
  readonly query: string;
}
const limit = (service: string, resource: string) => `
  (select amount from platform_quotas q where q.service = '${service}' and q.resource = '${resource}' and q.project_id = u.project_id)`;
const within = (service: string, resource: string, used: string): Truth => ({
  says: `no project has more ${resource} than its limit`,
  query: `select * from (${used}) u where ${limit(service, resource)} >= 0 and u.used > ${limit(service, resource)}`,
});
const counted = (table: string) => `select project_id, count(*) as used from ${table} group by 1`;

/** What holds at every moment, whatever is under way. */
export const always: readonly Truth[] = [
  {
    says: "no host carries more than it has room for",
    query: `select a.provider_id, a.resource_class, sum(a.used) as used, (i.total - i.reserved) * i.allocation_ratio as room
      from placement_allocations a join placement_inventories i using (provider_id, resource_class)
      group by a.provider_id, a.resource_class, i.total, i.reserved, i.allocation_ratio
      having sum(a.used) > (i.total - i.reserved) * i.allocation_ratio`,
  },
  {
    says: "what is allocated belongs to a server on that host, in its size",
    query: `select a.*, s.state, s.host, s.vcpus, s.memory_mib from placement_allocations a
      left join compute_servers s on s.id::text = a.consumer_id
      left join compute_hosts h on h.name = s.host
      where s.id is null or s.state = 'deleted' or h.id::text is distinct from a.provider_id
        or (a.resource_class = 'VCPU' and a.used <> s.vcpus) or (a.resource_class = 'MEMORY_MB' and a.used <> s.memory_mib)`,
  },
  {
    says: "an address of a subnet is one port's, within the subnet, and not its gateway's or its edge's",
    query: `select a.*, s.cidr from network_addresses a join network_subnets s on s.id = a.subnet_id join network_ports p on p.id = a.port_id
      where not (a.ip << s.cidr) or a.ip = s.gateway_ip and p.device_owner not like 'network:router_interface%'
        or host(a.ip) = host(network(s.cidr)) or host(a.ip) = host(broadcast(s.cidr)) or p.network_id <> s.network_id`,
  },
  {
    says: "no address is handed out twice on a network",
    query: `select p.network_id, a.ip, count(*) from network_addresses a join network_ports p on p.id = a.port_id group by 1, 2 having count(*) > 1`,
  },
  {
    says: "no MAC is handed out twice on a network",
    query: `select network_id, lower(mac_address), count(*) from network_ports group by 1, 2 having count(*) > 1`,
  },
  {
    says: "no floating address is handed out twice, and none leads to a port that another leads to",
    query: `select floating_ip_address::text, count(*) from network_floating_ips group by floating_network_id, floating_ip_address having count(*) > 1
      union all select port_id, count(*) from network_floating_ips where port_id is not null group by port_id, fixed_ip_address having count(*) > 1`,
  },
  {
    says: "a floating address is the one of its port outside",
    query: `select f.id from network_floating_ips f left join network_addresses a on a.port_id = f.floating_port_id and a.ip = f.floating_ip_address where a.ip is null`,
  },
  {
    says: "no device name of a server is handed out twice",
    query: `select server_id, device, count(*) from compute_server_disks group by 1, 2 having count(*) > 1
      union all select d.server_id, d.device, 2 from compute_server_disks d join compute_servers s on s.id = d.server_id
      where s.boot_image is not null and d.device = s.root_device`,
  },
  {
    says: "a volume is one server's",
    query: `select volume_id, count(*) from compute_server_disks where attached group by 1 having count(*) > 1
      union all select volume_id, count(*) from block_storage_attachments group by 1 having count(*) > 1`,
  },
  {
    says: "a port that is a server's has a server",
    query: `select p.id, p.device_id, s.state from network_ports p left join compute_servers s on s.id::text = p.device_id
      where p.device_owner like 'compute:%' and (s.id is null or s.state = 'deleted')`,
  },
  {
    says: "of the sagas of one subject only the first is in anybody's hands",
    query: `select s.id, s.name, s.subject from platform_sagas s where s.state in ('running', 'undoing') and s.lease_until is not null
      and exists (select 1 from platform_sagas b where b.subject = s.subject and b.id < s.id and b.state in ('running', 'undoing'))`,
  },
  ...Object.entries({ instances: "count(*)", cores: "sum(vcpus)", ram: "sum(memory_mib)" }).map(([resource, used]) =>
    within(
      "compute",
      resource,
      `select project_id, ${used} as used from compute_servers where state <> 'deleted' group by 1`,
    ),
  ),
  within("block-storage", "volumes", counted("block_storage_volumes")),
  within("block-storage", "snapshots", counted("block_storage_snapshots")),
  within(
    "block-storage",
    "gigabytes",
    `select project_id, sum(gib) as used from (
      select project_id, coalesce(growing_to, gib) as gib from block_storage_volumes
      union all select project_id, gib from block_storage_snapshots) parts group by 1`,
  ),
  within("network", "network", counted("network_networks")),
  within("network", "subnet", counted("network_subnets")),
  within("network", "port", counted("network_ports")),
  within("network", "floatingip", counted("network_floating_ips")),
  within("network", "security_group", counted("network_security_groups")),
  within("network", "security_group_rule", counted("network_security_group_rules")),
];

/** What holds besides when nothing is under way. */
export const atRest: readonly Truth[] = [
  {
    says: "every saga has ended",
    query: `select id, name, subject, state, step, waits_for, error from platform_sagas where state in ('running', 'undoing')`,
  },
  {
    says: "nothing is in the middle of something",
    query: `select 'server' as kind, id::text, state, task from compute_servers where task is not null or state = 'building'
      union all select 'volume', id, status, null from block_storage_volumes where status not in ('available', 'in-use') and status not like 'error%'
      union all select 'snapshot', id, status, null from block_storage_snapshots where status <> 'available' and status not like 'error%'`,
  },
  {
    says: "a server that is on a host has its room there, and only such",
    query: `select s.id, s.state, s.host from compute_servers s where s.state in ('active', 'stopped')
      and (s.host is null or not exists (select 1 from placement_allocations a where a.consumer_id = s.id::text))`,
  },
  {
    says: "a server's ports are bound to its host",
    query: `select p.id, p.host, p.status, p.fault, s.host as server_host, s.state from network_ports p join compute_servers s on s.id::text = p.device_id
      where s.state in ('active', 'stopped') and p.host <> s.host`,
  },
  {
    says: "a port that is nobody's is bound nowhere",
    query: `select id, host, status from network_ports where device_id = '' and host <> ''`,
  },
  {
    says: "a tap is a bound port's",
    query: `select t.*, p.host as port_host from network_taps t left join network_ports p on p.id = t.port_id
      where p.id is null or p.host <> t.host or p.device_id <> t.server_id`,
  },
  {
    says: "what compute has attached is attached in block storage, to the same server",
    query: `select d.id, d.server_id, d.volume_id, a.id as attachment, a.status, v.status as volume from compute_server_disks d
      left join block_storage_attachments a on a.id = d.attachment_id left join block_storage_volumes v on v.id = d.volume_id
      where d.attached and (a.id is null or a.volume_id <> d.volume_id or a.server_id <> d.server_id::text or v.status <> 'in-use')`,
  },
  {
    says: "what is attached in block storage is attached in compute",
    query: `select a.id, a.status, a.volume_id, a.server_id, a.fault, d.id as disk, d.attached from block_storage_attachments a
      left join compute_server_disks d on d.attachment_id = a.id
      where a.by_compute and a.status <> 'error_detaching' and (d.id is null or not d.attached)`,
  },
  {
    says: "a volume is in use if somebody has it, and only then",
    query: `select v.id, v.status, a.status as attachment from block_storage_volumes v left join block_storage_attachments a on a.volume_id = v.id
      where (v.status = 'in-use' and a.id is null) or (v.status = 'available' and a.id is not null)`,
  },
  {
    says: "no volume is still growing",
    query: `select id, gib, growing_to from block_storage_volumes where growing_to is not null`,
  },
];

/** All contradictions of one moment. */
export async function contradictions({ pool }: Database, truths: readonly Truth[]): Promise<string[]> {
  const client = await pool.connect();
  const found: string[] = [];
  try {
    await client.query("begin isolation level repeatable read read only");
    for (const { says, query } of truths) {
      const { rows } = (await client.query(query)) as { rows: Rows };
      if (rows.length > 0) found.push(`"${says}" is not so: ${rows.length}, as ${JSON.stringify(rows.slice(0, 3))}`);
    }
    await client.query("commit");
  } finally {
    client.release();
  }
  return found;
}
