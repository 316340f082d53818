import { ApiError } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import { listFloatingIpsThrough } from "../floating-ip/floating-ip.store.ts";
import type { NetworkScope } from "../kit.ts";
import { listAddressesOf } from "../port/address.store.ts";
import { findPort, listInterfaces, takePort } from "../port/port.store.ts";
import { owners, type Port } from "../port/port.ts";
import { makePort, removePort } from "../port/port.work.ts";
import { realisePort } from "../port/realise.saga.ts";
import { clash, no, wrong } from "../refusals.ts";
import { contains, overlap } from "../resource/ip.ts";
import { findRow } from "../resource/resource.store.ts";
import { findSubnet, listSubnetsById } from "../subnet/subnet.store.ts";
import type { Subnet } from "../subnet/subnet.ts";
import { realiseRouter } from "./realise.saga.ts";
import type { Router } from "./router.ts";

type Work = Tx<NetworkScope>;
export interface WantedInterface {
  readonly subnet_id?: string;
  readonly port_id?: string;
}
export interface Interface {
  readonly port: Port;
  readonly subnetIds: readonly string[];
}

const bad = (why: string) => wrong.with("BadRequest", `Bad router request: ${why}.`);

/** Gives a router a leg: on a subnet, at its gateway's address, or as a port that is there. */
export async function addInterface(
  tx: Work,
  sight: string | null,
  it: Router,
  wanted: WantedInterface,
): Promise<Interface> {
  if (wanted.port_id && wanted.subnet_id) throw bad("Cannot specify both subnet-id and port-id");
  const made = wanted.port_id
    ? await addPort(tx, sight, it, wanted.port_id)
    : await addSubnet(tx, sight, it, wanted.subnet_id ?? "");
  await tx.start(realiseRouter, it.id);
  return made;
}

async function addSubnet(tx: Work, sight: string | null, it: Router, subnetId: string): Promise<Interface> {
  const subnet = await findSubnet(tx.db, sight, subnetId);
  if (!subnet) throw no.subnet(subnetId);
  if (!subnet.gatewayIp) throw bad("Subnet for router interface must have a gateway IP");
  await checkApart(tx, it, [subnet]);
  const network = (await findRow(tx.db, "networkNetworks", subnet.networkId))!;
  const port = await makePort(tx, network, {
    projectId: it.projectId,
    deviceId: it.id,
    deviceOwner: owners.routerInterface,
    fixedIps: [{ subnet_id: subnet.id, ip_address: subnet.gatewayIp }],
    groupIds: [],
  });
  return { port, subnetIds: [subnet.id] };
}

async function addPort(tx: Work, sight: string | null, it: Router, portId: string): Promise<Interface> {
  const port = await findPort(tx.db, sight, portId);
  if (!port) throw no.port(portId);
  const addresses = await listAddressesOf(tx.db, [portId]);
  if (addresses.length === 0) throw bad("Router port must have at least one fixed IP");
  const subnetIds = [...new Set(addresses.map((a) => a.subnetId))];
  if (port.deviceId) throw portInUse(port);
  await checkApart(tx, it, await listSubnetsById(tx.db, subnetIds));
  const to = { deviceId: it.id, deviceOwner: owners.routerInterface, status: "ACTIVE" };
  if (!(await takePort(tx.db, portId, to))) throw portInUse(port);
  await tx.start(realisePort, portId);
  return { port: { ...port, ...to }, subnetIds };
}
function portInUse({ id, networkId, deviceId }: Port): ApiError {
  return clash(
    "PortInUse",
    `Unable to complete operation on port ${id} for network ${networkId}. Port already has an attached device ${deviceId}.`,
  );
}

/** A router has one leg on a subnet, and no two of its subnets overlap. */
async function checkApart(tx: Work, it: Router, added: readonly Subnet[]): Promise<void> {
  const legs = (await listInterfaces(tx.db, it.id)).map((port) => port.id);
  const held = await listAddressesOf(tx.db, it.gatewayPortId ? [...legs, it.gatewayPortId] : legs);
  const subnets = await listSubnetsById(
    tx.db,
    held.map((a) => a.subnetId),
  );
  for (const subnet of added)
    for (const other of subnets) {
      if (other.id === subnet.id) throw bad(`Router already has a port on subnet ${subnet.id}`);
      if (overlap(other.cidr, subnet.cidr))
        throw bad(`Cidr ${subnet.cidr} of subnet ${subnet.id} overlaps with cidr ${other.cidr} of subnet ${other.id}`);
    }
}

/** Takes a leg away, unless floating addresses or routes need it. */
export async function removeInterface(tx: Work, it: Router, wanted: WantedInterface): Promise<Interface> {
  const { port, subnetIds } = await findInterface(tx, it, wanted);
  for (const subnet of await listSubnetsById(tx.db, subnetIds)) await checkNotNeeded(tx, it, subnet);
  await removePort(tx, port);
  await tx.start(realiseRouter, it.id);
  return { port, subnetIds };
}

async function findInterface(tx: Work, it: Router, { port_id, subnet_id }: WantedInterface): Promise<Interface> {
  const legs = await listInterfaces(tx.db, it.id);
  const addresses = await listAddressesOf(
    tx.db,
    legs.map((leg) => leg.id),
  );
  const subnetsOf = (leg: Port) => addresses.filter((a) => a.portId === leg.id).map((a) => a.subnetId);
  const port = port_id
    ? legs.find((leg) => leg.id === port_id)
    : legs.find((leg) => subnetsOf(leg).includes(subnet_id ?? ""));
  if (!port && port_id)
    throw new ApiError(404, `Router ${it.id} does not have an interface with id ${port_id}`, {
      kind: "RouterInterfaceNotFound",
    });
  if (!port)
    throw new ApiError(404, `Router ${it.id} has no interface on subnet ${subnet_id}`, {
      kind: "RouterInterfaceNotFoundForSubnet",
    });
  if (port_id && subnet_id && !subnetsOf(port).includes(subnet_id))
    throw clash("SubnetMismatchForPort", `Subnet on port ${port_id} does not match the requested subnet ${subnet_id}.`);
  return { port, subnetIds: subnetsOf(port) };
}

async function checkNotNeeded(tx: Work, it: Router, { id, cidr }: Subnet): Promise<void> {
  const floating = await listFloatingIpsThrough(tx.db, it.id);
  if (floating.some((f) => f.fixedIpAddress && contains(cidr, f.fixedIpAddress)))
    throw clash(
      "RouterInterfaceInUseByFloatingIP",
      `Router interface for subnet ${id} on router ${it.id} cannot be deleted, as it is required by one or more floating IPs.`,
    );
  if (it.routes.some((route) => contains(cidr, route.nexthop)))
    throw clash(
      "RouterInterfaceInUseByRoute",
      `Router interface for subnet ${id} on router ${it.id} cannot be deleted, as it is required by one or more routes.`,
    );
}
