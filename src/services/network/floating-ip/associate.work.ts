import { ApiError } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import { listAddressesOf } from "../port/address.store.ts";
import { findPort } from "../port/port.store.ts";
import type { Address, Port } from "../port/port.ts";
import { clash, no, wrong } from "../refusals.ts";
import { versionOf } from "../resource/ip.ts";
import { listRoutersBetween } from "../router/router.store.ts";
import { listFloatingIpsTo } from "./floating-ip.store.ts";
import type { FloatingIp } from "./floating-ip.ts";

type Work = Tx<NetworkScope>;
export type Lead = Pick<FloatingIp, "portId" | "fixedIpAddress" | "routerId">;
export const nowhere: Lead = { portId: null, fixedIpAddress: null, routerId: null };

const bad = (why: string) => wrong.with("BadRequest", `Bad floatingip request: ${why}.`);

/** Where a floating address is to lead: to one IPv4 address of a port, through a router that reaches both sides. */
export async function leadTo(
  tx: Work,
  sight: string | null,
  it: FloatingIp,
  portId: string,
  fixedIp: string | null,
): Promise<Lead> {
  const port = await findPort(tx.db, sight, portId);
  if (!port) throw no.port(portId);
  const address = chosen(port, await listAddressesOf(tx.db, [portId]), fixedIp);
  await checkAlone(tx, it, port, address);
  const [router] = await listRoutersBetween(tx.db, address.subnetId, it.floatingNetworkId);
  if (!router)
    throw new ApiError(
      404,
      `External network ${it.floatingNetworkId} is not reachable from subnet ${address.subnetId}.  Therefore, cannot associate Port ${portId} with a Floating IP.`,
      { kind: "ExternalGatewayForFloatingIPNotFound" },
    );
  return { portId, fixedIpAddress: address.ip, routerId: router.id };
}

function chosen({ id }: Port, addresses: readonly Address[], fixedIp: string | null): Address {
  const v4 = addresses.filter((a) => versionOf(a.ip) === 4);
  if (fixedIp !== null) {
    const it = v4.find((a) => a.ip === fixedIp);
    if (!it) throw bad(`Port ${id} does not have fixed ip ${fixedIp}`);
    return it;
  }
  if (v4.length === 0) throw bad(`Cannot add floating IP to port ${id} that has no fixed IPv4 addresses`);
  if (v4.length > 1)
    throw bad(
      `Port ${id} has multiple fixed IPv4 addresses.  Must provide a specific IPv4 address when assigning a floating IP`,
    );
  return v4[0]!;
}

async function checkAlone(tx: Work, it: FloatingIp, { id }: Port, { ip }: Address): Promise<void> {
  const other = (await listFloatingIpsTo(tx.db, [id])).find((f) => f.fixedIpAddress === ip && f.id !== it.id);
  if (other)
    throw clash(
      "FloatingIPPortAlreadyAssociated",
      `Cannot associate floating IP ${it.floatingIpAddress} (${it.id}) with port ${id} using fixed IP ${ip}, as that fixed IP already has a floating IP on external network ${other.floatingNetworkId}.`,
    );
}
