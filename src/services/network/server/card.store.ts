import { sql } from "kysely";
import type { Nic, NicIp, ServerAddress } from "../index.ts";
import type { NetworkDb } from "../resource/resource.store.ts";

/** A port of a server with what is around it. */
export type Card = Omit<Nic, "ips">;
export interface CardIp extends NicIp {
  readonly portId: string;
}

/** The ports of a server, in the order in which they were given; `device` where the tap is on the host that the port is bound to. */
export async function listCards(db: NetworkDb, serverId: string): Promise<Card[]> {
  const { rows } = await sql<Card>`
    select p.id as port_id, p.network_id, n.name as network_name, p.mac_address as mac, n.mtu,
      t.device, p.status, p.nic_tag as tag
    from network_ports p join network_networks n on n.id = p.network_id
    left join network_taps t on t.port_id = p.id and t.server_id = p.device_id and t.host = p.host
    where p.device_id = ${serverId} and p.device_id <> ''
    order by p.nic_order, p.created_at, p.id`.execute(db);
  return rows;
}

/** The addresses of those ports with their subnets and the floating addresses that lead to them. */
export async function listCardIps(db: NetworkDb, serverId: string): Promise<CardIp[]> {
  const { rows } = await sql<CardIp>`
    select a.port_id, a.ip, s.ip_version as version, s.id as subnet_id, s.cidr, s.gateway_ip, s.dns_nameservers as dns,
      array(select host(f.floating_ip_address) from network_floating_ips f
        where f.port_id = a.port_id and f.fixed_ip_address = a.ip) as floating_ips
    from network_ports p join network_addresses a on a.port_id = p.id join network_subnets s on s.id = a.subnet_id
    where p.device_id = ${serverId} and p.device_id <> ''
    order by a.place, a.ip`.execute(db);
  return rows;
}

/** The addresses of servers, in the order of their ports. */
export async function listAddressesOf(db: NetworkDb, serverIds: readonly string[]): Promise<ServerAddress[]> {
  const { rows } = await sql<ServerAddress>`
    select p.device_id as server_id, n.name as network_name, p.mac_address as mac, a.ip, coalesce(s.ip_version, 4) as version,
      nullif(array(select host(f.floating_ip_address) from network_floating_ips f
        where f.port_id = a.port_id and f.fixed_ip_address = a.ip), '{}') as floating_ips
    from network_ports p join network_networks n on n.id = p.network_id
    left join network_addresses a on a.port_id = p.id left join network_subnets s on s.id = a.subnet_id
    where p.device_id = any(${serverIds}) and p.device_id <> ''
    order by p.nic_order, p.created_at, p.id, a.place, a.ip`.execute(db);
  return rows;
}
