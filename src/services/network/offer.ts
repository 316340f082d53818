import { Refused } from "#platform/service/driver.ts";
import type { Network } from "./index.ts";
import { joined } from "./kit.ts";
import { bind, free, unbind } from "./port/bind.work.ts";
import { listPortsOf } from "./port/port.store.ts";
import { removePort } from "./port/port.work.ts";
import { listAddressesOf } from "./server/card.store.ts";
import { changeGroup } from "./server/group.work.ts";
import { nicsOf } from "./server/nics.work.ts";
import { findServerAt, hasStaleTap, listGroupsOfServers } from "./server/server-port.store.ts";
import { takePorts } from "./server/take.work.ts";

/** What network answers to its neighbours. */
export const networkOffer: Network = {
  takePorts: (tx, want) => takePorts(joined(tx), want),

  async bindPorts(tx, serverId, host) {
    const own = joined(tx);
    for (const port of await listPortsOf(own.db, [serverId])) await bind(own, port, host);
  },

  async areWired(tx, serverId) {
    const { db } = joined(tx);
    const broken = (await listPortsOf(db, [serverId])).find((port) => port.fault !== null);
    if (broken) throw new Refused(`Port ${broken.id} cannot be wired: ${broken.fault}`);
    const nics = await nicsOf(db, serverId);
    return nics.every((nic) => nic.device !== null && nic.status === "ACTIVE");
  },

  async unbindPorts(tx, serverId) {
    const own = joined(tx);
    for (const port of await listPortsOf(own.db, [serverId])) await unbind(own, port);
  },

  async releasePorts(tx, serverId, portId) {
    const own = joined(tx);
    const ports = (await listPortsOf(own.db, [serverId])).filter((port) => !portId || port.id === portId);
    for (const port of ports) await (port.madeForServer ? removePort(own, port) : free(own, port));
  },

  areUnplugged: async (tx, serverId) => !(await hasStaleTap(joined(tx).db, serverId)),

  nics: (tx, serverId) => nicsOf(joined(tx).db, serverId),

  addressesOf: async (tx, serverIds) =>
    Map.groupBy(await listAddressesOf(joined(tx).db, serverIds), ({ serverId }) => serverId),

  async securityGroupsOf(tx, serverIds) {
    const found = new Map<string, { id: string; name: string }[]>(serverIds.map((id) => [id, []]));
    for (const { deviceId, id, name } of await listGroupsOfServers(joined(tx).db, serverIds))
      found.get(deviceId)?.push({ id, name });
    return found;
  },

  changeSecurityGroup: (tx, actor, serverId, how, nameOrId) => changeGroup(joined(tx), actor, serverId, how, nameOrId),

  serverAt: (tx, networkId, ip) => findServerAt(joined(tx).db, networkId, ip),
};
