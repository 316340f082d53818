import { addresses, findLink, getLink, guestGroup, ip, run } from "#agent/netns.ts";
import { type HostScope, join } from "./join.ts";

export interface ExternalWish {
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
export async function putExternal(scope: HostScope, wish: ExternalWish): Promise<void> {
  const { namespace } = scope;
  const { device, bridge, gatewayCidr } = wish;
  const far = farEnd(device);
  if (!(await findLink(namespace, device))) await ip(namespace, `link add ${device} type veth peer name ${far}`);
  await ip(
    namespace,
    `link set dev ${far} group ${guestGroup} arp off addrgenmode none`,
    `link set dev ${far} up`,
    ...((await addresses(namespace, device)).includes(gatewayCidr)
      ? []
      : [`address flush dev ${device}`, `address add ${gatewayCidr} dev ${device}`]),
    `link set dev ${device} up`,
  );
  await run(["ethtool", "-K", device, "tx", "off"], { namespace });
  await join(scope, { device: far, bridge, ids: {}, ifindex: (await getLink(namespace, far)).ifindex });
}

const farEnd = (device: string) => `${device}-p`;

export async function dropExternal({ namespace }: HostScope, device: string): Promise<void> {
  if (await findLink(namespace, device)) await ip(namespace, `link delete dev ${device}`);
}
