import { badRequest, conflict, notFound } from "#platform/api/errors.ts";
import type { Actor } from "#platform/api/rules.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import { listAddressesOf } from "../port/address.store.ts";
import { addGroup, listPortsOf, removeGroup } from "../port/port.store.ts";
import { realisePort } from "../port/realise.saga.ts";
import { listGroupsNamed } from "../security-group/security-group.store.ts";
import { defaultGroup } from "../security-group/security-group.work.ts";

type Work = Tx<NetworkScope>;

/** Puts a server's ports into a security group, or takes them out of it. */
export async function changeGroup(tx: Work, actor: Actor, serverId: string, how: "add" | "remove", nameOrId: string) {
  const ports = await listPortsOf(tx.db, [serverId]);
  const group = await groupOf(tx, ports[0]?.projectId ?? actor.projectId ?? "", nameOrId);
  let changed = 0;
  for (const port of ports) {
    if (!port.portSecurityEnabled || (await listAddressesOf(tx.db, [port.id])).length === 0) continue;
    if (how === "add") await addGroup(tx.db, port.id, group.id);
    else if (!(await removeGroup(tx.db, port.id, group.id))) continue;
    await tx.start(realisePort, port.id);
    changed += 1;
  }
  if (changed === 0 && how === "remove")
    throw notFound(`Security group ${group.name} not associated with the instance ${serverId}`);
  if (changed === 0)
    throw badRequest("Network requires port_security_enabled and subnet associated in order to apply security groups.");
}

async function groupOf(tx: Work, projectId: string, nameOrId: string) {
  if (nameOrId === "default") return defaultGroup(tx, projectId);
  const found = await listGroupsNamed(tx.db, projectId, nameOrId);
  const group = found.find((one) => one.id === nameOrId) ?? found[0];
  if (!group) throw notFound(`Unable to find security_group with name or id '${nameOrId}'`);
  if (found.length > 1 && group.id !== nameOrId)
    throw conflict(`Multiple security_group matches found for name '${nameOrId}', use an ID to be more specific.`);
  return group;
}
