import { ApiError } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import { inPassing } from "#platform/store/transaction.ts";
import { listFloatingIpsTo } from "../floating-ip/floating-ip.store.ts";
import { realiseFloatingIp } from "../floating-ip/realise.saga.ts";
import type { NetworkScope } from "../kit.ts";
import type { NetworkRow } from "../network/network.ts";
import { spend } from "../quota/quota.work.ts";
import { clash } from "../refusals.ts";
import { changeRow, deleteRow, insertNew } from "../resource/resource.store.ts";
import { fresh } from "../resource/resource.ts";
import { defaultGroup } from "../security-group/security-group.work.ts";
import { listSubnetsOn } from "../subnet/subnet.store.ts";
import type { Subnet } from "../subnet/subnet.ts";
import { allocate, type WantedIp } from "./allocate.work.ts";
import { addGroups, hasMac } from "./port.store.ts";
import { initialStatus, isSwitchPort, macFrom, type Port } from "./port.ts";
import { realisePort } from "./realise.saga.ts";

type Work = Tx<NetworkScope>;

export interface NewPort extends Partial<Port> {
  readonly projectId: string;
  /** Those of its network, where they are known already. */
  readonly subnets?: readonly Subnet[];
  readonly fixedIps?: readonly WantedIp[] | undefined;
  /** Ids; absent: the project's default group, where ports are secured. */
  readonly groupIds?: readonly string[] | undefined;
}

/** A new port with its addresses and groups; the data plane is told of it where it is a switch port of its own. */
export async function makePort(tx: Work, network: NetworkRow, asked: NewPort): Promise<Port> {
  const { fixedIps, groupIds, subnets: known, ...more } = asked;
  const row = portRow(tx, network, more);
  const [subnets, groups] = await Promise.all([
    known ?? listSubnetsOn(tx.db, [network.id]),
    groupIds ?? firstGroups(tx, row),
    more.projectId && spend(tx, more.projectId, { port: 1 }),
  ]);
  const port = await insertPort(tx, row, more.macAddress !== undefined);
  inPassing(addGroups(tx.db, port.id, groups));
  await allocate(tx, network, port, fixedIps, { subnets });
  if (isSwitchPort(port)) await tx.start(realisePort, port.id);
  return port;
}

/** Deletes a port; floating addresses that led to it lead nowhere, and its tap goes by saga. */
export async function removePort(tx: Work, port: Port): Promise<void> {
  if (isSwitchPort(port)) await tx.cancel(port.id);
  for (const it of await listFloatingIpsTo(tx.db, [port.id])) {
    await changeRow(
      tx.db,
      "networkFloatingIps",
      it.id,
      { portId: null, fixedIpAddress: null, routerId: null, status: "DOWN" },
      tx.now,
    );
    await tx.start(realiseFloatingIp, it.id);
  }
  await deleteRow(tx.db, "networkPorts", port.id);
  if (isSwitchPort(port)) await tx.start(realisePort, port.id);
}

function portRow(tx: Work, network: NetworkRow, more: Partial<Port> & { projectId: string }): Port {
  const deviceOwner = more.deviceOwner ?? "";
  return {
    ...fresh(tx, more.projectId),
    networkId: network.id,
    name: "",
    description: "",
    adminStateUp: true,
    macAddress: macFrom(tx.newId()),
    status: initialStatus(deviceOwner),
    deviceId: "",
    portSecurityEnabled: network.portSecurityEnabled && isSwitchPort({ deviceOwner }),
    allowedAddressPairs: [],
    extraDhcpOpts: [],
    dnsName: "",
    dnsDomain: "",
    vnicType: "normal",
    bindingProfile: {},
    host: "",
    madeForServer: false,
    nicTag: null,
    nicOrder: 0,
    fault: null,
    tags: [],
    ...more,
    deviceOwner,
  };
}

const tries = 16;

/** Inserts the row, with another MAC by chance where that one is taken and nobody asked for it. */
async function insertPort(tx: Work, row: Port, macAsked: boolean): Promise<Port> {
  if (macAsked && (await hasMac(tx.db, row.networkId, row.macAddress))) throw macInUse(row);
  for (let i = 0, it = row; i < tries; i += 1, it = { ...it, macAddress: macFrom(tx.newId()) }) {
    if (await insertNew(tx.db, "networkPorts", it)) return it;
    if (macAsked) throw macInUse(row);
  }
  throw new ApiError(503, `Unable to generate unique mac on network ${row.networkId}.`, {
    kind: "MacAddressGenerationFailure",
  });
}
export function macInUse({ networkId, macAddress }: Pick<Port, "networkId" | "macAddress">): ApiError {
  return clash(
    "MacAddressInUse",
    `Unable to complete operation for network ${networkId}. The mac address ${macAddress} is in use.`,
  );
}

async function firstGroups(tx: Work, port: Port): Promise<readonly string[]> {
  if (!port.portSecurityEnabled || !isSwitchPort(port)) return [];
  return [(await defaultGroup(tx, port.projectId)).id];
}
