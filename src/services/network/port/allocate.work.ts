import type { Tx } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import type { NetworkRow } from "../network/network.ts";
import { clash, noAddress, wrong } from "../refusals.ts";
import { canonical, contains, eui64, hostRange, toNumber, versionOf, within } from "../resource/ip.ts";
import { listSubnetsOn } from "../subnet/subnet.store.ts";
import { isAuto, type Subnet } from "../subnet/subnet.ts";
import { dropAddress, listAddressesOf, takeAddress, takeFree } from "./address.store.ts";
import type { Address, Port } from "./port.ts";

export interface WantedIp {
  readonly subnet_id?: string;
  readonly ip_address?: string;
}
type Work = Tx<NetworkScope>;

/** Gives a port its addresses: those wanted, or one of each IP version that its network has. */
export async function allocate(
  tx: Work,
  network: NetworkRow,
  port: Port,
  wanted: readonly WantedIp[] | undefined,
  { from = 0, subnets: known }: { from?: number; subnets?: readonly Subnet[] } = {},
) {
  const subnets = (known ?? (await listSubnetsOn(tx.db, [network.id]))).filter((subnet) => serves(subnet, port));
  if (wanted) {
    const place = wanted
      .map((one) => ({ one, subnet: subnetFor(network, subnets, one) }))
      .sort((a, b) => order(a.subnet, b.subnet));
    for (const [i, { one, subnet }] of place.entries())
      await takeOne(tx, network, port, subnet, one.ip_address, from + i);
    return;
  }
  await takeAny(
    tx,
    network,
    port,
    subnets.filter((s) => s.ipVersion === 4),
    0,
  );
  await takeAny(
    tx,
    network,
    port,
    subnets.filter((s) => s.ipVersion === 6 && !isAuto(s)),
    1,
  );
  for (const [i, subnet] of subnets.filter(isAuto).entries())
    await takeOne(tx, network, port, subnet, undefined, 2 + i);
}

/** Gives a port other addresses than it has, keeping those that are wanted again. */
export async function reallocate(
  tx: Work,
  network: NetworkRow,
  port: Port,
  wanted: readonly WantedIp[],
): Promise<void> {
  const held = await listAddressesOf(tx.db, [port.id]);
  const open = [...wanted];
  for (const address of held) {
    const at = open.findIndex((one) => fits(one, address));
    if (at >= 0) open.splice(at, 1);
    else await dropAddress(tx.db, address);
  }
  await allocate(tx, network, port, open, { from: held.length });
}
function fits({ subnet_id, ip_address }: WantedIp, held: Address): boolean {
  return (subnet_id ?? held.subnetId) === held.subnetId && (ip_address ?? held.ip) === held.ip;
}

/** Locks are taken in one order, so that two ports on the same subnets cannot wait for each other. */
const order = (a: Subnet, b: Subnet) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function serves({ serviceTypes }: Subnet, { deviceOwner }: Port): boolean {
  return serviceTypes.length === 0 || serviceTypes.includes(deviceOwner);
}

function subnetFor(
  network: NetworkRow,
  subnets: readonly Subnet[],
  { subnet_id: id, ip_address: ip }: WantedIp,
): Subnet {
  if (id === undefined) {
    const home = subnets.find((subnet) => contains(subnet.cidr, ip ?? ""));
    if (!home)
      throw wrong.with(
        "InvalidIpForNetwork",
        `IP address ${ip} is not a valid IP for any of the subnets on the specified network.`,
      );
    return home;
  }
  const subnet = subnets.find((one) => one.id === id);
  if (!subnet)
    throw wrong.input(
      `Failed to create port on network ${network.id}, because fixed_ips included invalid subnet ${id}`,
    );
  if (ip !== undefined && !within(hostRange(subnet.cidr), versionOf(ip) === subnet.ipVersion ? toNumber(ip) : -1n))
    throw wrong.with("InvalidIpForSubnet", `IP address ${ip} is not a valid IP for the specified subnet.`);
  return subnet;
}

async function takeAny(
  tx: Work,
  network: NetworkRow,
  port: Port,
  subnets: readonly Subnet[],
  place: number,
): Promise<void> {
  if (subnets.length === 0) return;
  for (const subnet of subnets) {
    if (await takeFree(tx.db, { portId: port.id, subnetId: subnet.id, place })) return;
  }
  throw noAddress(network.id);
}

async function takeOne(
  tx: Work,
  network: NetworkRow,
  port: Port,
  subnet: Subnet,
  ip: string | undefined,
  place: number,
) {
  if (ip === undefined && !isAuto(subnet)) return takeAny(tx, network, port, [subnet], place);
  const wanted = ip === undefined ? eui64(subnet.cidr, port.macAddress) : canonical(ip);
  if (!(await takeAddress(tx.db, { portId: port.id, subnetId: subnet.id, ip: wanted, place })))
    throw clash("IpAddressAlreadyAllocated", `IP address ${wanted} already allocated in subnet ${subnet.id}`);
}
