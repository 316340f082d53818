import { addresses, findLink, guestGroup, ip, run } from "#agent/netns.ts";
import type { Edit } from "../ovsdb/edit.ts";
import type { Replica } from "../ovsdb/replica.ts";
import { bridgeId, portRows } from "./bridges.ts";

export interface ExternalWish {
  readonly namespace?: string;
  /** The host's end; the bridge's end has a "-p" behind. */
  readonly device: string;
  readonly bridge: string;
  /** The host's address on the external network: its gateway, with prefix length. */
  readonly gatewayCidr: string;
}

/**
 * Puts the host on the external network: a veth pair from the bridge to the host's own stack. (The bridge's own device would
 * lose its address whenever the switch is restarted.) Checksums have to be right when packets come to the userspace switch.
 */
export async function putExternal(replica: Replica, edit: Edit, wish: ExternalWish): Promise<void> {
  const { namespace, device, bridge, gatewayCidr } = wish;
  const far = farEnd(device);
  if (!(await findLink(namespace, device))) await ip(namespace, `link add ${device} type veth peer name ${far}`);
  await ip(
    namespace,
    `link set dev ${far} group ${guestGroup} arp off addrgenmode none`,
    `link set dev ${far} up`,
    ...((await hasAddress(wish)) ? [] : [`address flush dev ${device}`, `address add ${gatewayCidr} dev ${device}`]),
    `link set dev ${device} up`,
  );
  await run(["ethtool", "-K", device, "tx", "off"], { namespace });
  await edit(() => ({ rows: portRows({ name: far, bridge: bridgeId(replica, bridge), type: "", ids: {}, port: {} }) }));
}

async function hasAddress({ namespace, device, gatewayCidr }: ExternalWish) {
  const found = await addresses(namespace, device);
  return found.some((address) => address === gatewayCidr);
}

const farEnd = (device: string) => `${device}-p`;

export async function dropExternal({ namespace, device }: Pick<ExternalWish, "namespace" | "device">): Promise<void> {
  if (await findLink(namespace, device)) await ip(namespace, `link delete dev ${device}`);
}
