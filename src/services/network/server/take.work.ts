import { ApiError, badRequest, conflict, forbidden } from "#platform/api/errors.ts";
import type { Actor } from "#platform/api/rules.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { WantedNic, WantedPorts } from "../index.ts";
import type { NetworkScope } from "../kit.ts";
import { findNetwork, listUsable } from "../network/network.store.ts";
import type { NetworkRow } from "../network/network.ts";
import { listAddressesOf } from "../port/address.store.ts";
import { findPort, listPortsOf, takePort } from "../port/port.store.ts";
import { makePort } from "../port/port.work.ts";
import { realisePort } from "../port/realise.saga.ts";
import { listGroupsNamed } from "../security-group/security-group.store.ts";
import { defaultGroup } from "../security-group/security-group.work.ts";
import { listSubnetsOn } from "../subnet/subnet.store.ts";

type Work = Tx<NetworkScope>;

/** Makes or takes the ports of a server, in order. */
export async function takePorts(tx: Work, want: WantedPorts): Promise<string[]> {
  const [wanted, groupIds, order] = await Promise.all([
    wantedNics(tx, want),
    groupIdsOf(tx, want),
    nextOrder(tx, want.serverId),
  ]);
  const taken: string[] = [];
  for (const [i, nic] of wanted.entries())
    taken.push(
      nic.portId ? await takeGiven(tx, want, nic, order + i) : await makeOne(tx, want, nic, groupIds, order + i),
    );
  return taken;
}

async function nextOrder(tx: Work, serverId: string): Promise<number> {
  return Math.max(-1, ...(await listPortsOf(tx.db, [serverId])).map((port) => port.nicOrder)) + 1;
}

async function wantedNics(tx: Work, { networks, actor }: WantedPorts): Promise<readonly WantedNic[]> {
  if (networks === "none") return [];
  if (networks !== "auto") return networks;
  const usable = await listUsable(tx.db, actor.projectId ?? "");
  if (usable.length === 0)
    throw badRequest(`Unable to automatically allocate a network for project ${actor.projectId}`);
  if (usable.length > 1) throw conflict("Multiple possible networks found, use a Network ID to be more specific.");
  return [{ networkId: usable[0]!.id }];
}

/** The ids of the groups that are wanted by name or id. */
async function groupIdsOf(tx: Work, { securityGroups, actor }: WantedPorts): Promise<string[] | undefined> {
  if (securityGroups.length === 0) return undefined;
  const ids: string[] = [];
  for (const nameOrId of new Set(securityGroups)) ids.push(await groupIdOf(tx, actor, nameOrId));
  return ids;
}
async function groupIdOf(tx: Work, { projectId = "" }: Actor, nameOrId: string): Promise<string> {
  if (nameOrId === "default") return (await defaultGroup(tx, projectId)).id;
  const found = await listGroupsNamed(tx.db, projectId, nameOrId);
  const exact = found.find((group) => group.id === nameOrId);
  if (found.length === 0) throw badRequest(`Security group ${nameOrId} not found for project ${projectId}.`);
  if (found.length > 1 && !exact)
    throw conflict(`Multiple security groups found matching '${nameOrId}'. Use an ID to be more specific.`);
  return (exact ?? found[0]!).id;
}

async function takeGiven(
  tx: Work,
  want: WantedPorts,
  { portId = "", tag }: WantedNic,
  nicOrder: number,
): Promise<string> {
  const port = await findPort(tx.db, sightOf(want.actor), portId);
  if (!port) throw badRequest(`Port id ${portId} could not be found.`);
  if (port.deviceId) throw conflict(`Port ${portId} is still in use.`);
  if ((await listAddressesOf(tx.db, [portId])).length === 0)
    throw badRequest(`Port ${portId} requires a FixedIP in order to be used.`);
  const won = await takePort(tx.db, portId, { ...deviceOf(want), nicTag: tag ?? null, nicOrder });
  if (!won) throw conflict(`Port ${portId} is still in use.`);
  await tx.start(realisePort, portId);
  return portId;
}

async function makeOne(tx: Work, want: WantedPorts, nic: WantedNic, groupIds: string[] | undefined, nicOrder: number) {
  const { network, subnets } = await usableNetwork(tx, want.actor, nic.networkId ?? "");
  const projectId = want.actor.projectId ?? "";
  const secured = network.portSecurityEnabled;
  const fixedIps = nic.fixedIp === undefined ? undefined : [{ ip_address: nic.fixedIp }];
  const more = {
    ...deviceOf(want),
    projectId,
    subnets,
    fixedIps,
    madeForServer: true,
    nicTag: nic.tag ?? null,
    nicOrder,
  };
  try {
    return (await makePort(tx, network, { ...more, groupIds: secured ? groupIds : [] })).id;
  } catch (why) {
    throw inComputesWords(why, network, nic);
  }
}

async function usableNetwork(tx: Work, actor: Actor, id: string) {
  const sight = sightOf(actor);
  const [network, subnets] = await Promise.all([findNetwork(tx.db, sight, id), listSubnetsOn(tx.db, [id])]);
  if (!network) throw badRequest(`Network ${id} could not be found.`);
  if (network.external && !network.shared && sight !== null)
    throw forbidden(`It is not allowed to create an interface on external network ${id}`);
  if (subnets.length === 0) throw badRequest(`Network ${id} requires a subnet in order to boot instances on.`);
  return { network, subnets };
}

function deviceOf({ serverId, serverName }: WantedPorts) {
  return { deviceId: serverId, deviceOwner: "compute:nova", dnsName: hostnameOf(serverName) };
}
function hostnameOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[ _.]/g, "-")
    .replace(/[^a-z0-9-]/g, "");
  return plain.replace(/^-+|-+$/g, "").slice(0, 63);
}
function sightOf({ roles, projectId }: Actor): string | null {
  return roles.includes("admin") ? null : (projectId ?? "");
}

function inComputesWords(why: unknown, { id }: NetworkRow, { fixedIp }: WantedNic): unknown {
  if (!(why instanceof ApiError)) return why;
  if (why.kind === "IpAddressAlreadyAllocated") return badRequest(`Fixed IP ${fixedIp} is already in use.`);
  if (why.kind === "IpAddressGenerationFailure")
    return badRequest(`No fixed IP addresses available for network: ${id}`);
  if (why.kind === "InvalidIpForNetwork")
    return badRequest(`Fixed IP ${fixedIp} is not a valid ip address for network ${id}.`);
  if (why.kind === "OverQuota") return forbidden("Maximum number of ports exceeded");
  return new ApiError(why.status, why.message);
}
