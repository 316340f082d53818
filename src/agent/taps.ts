import { findLink, getLink, guestGroup, ip, type Link, links } from "./netns.ts";

export interface TapSpec {
  readonly device: string;
  /** The only user that may open it. */
  readonly uid: number;
  readonly mtu: number;
  /** Kept on the device, so that it can be told whose it is when nothing else knows. */
  readonly alias: string;
}

/** Makes a TAP that stays until it is dropped, whoever opens and closes it. One that fits is left alone. Answers the kernel's number of it. */
export async function putTap(namespace: string | undefined, spec: TapSpec): Promise<number> {
  const { device, uid, mtu, alias } = spec;
  const was = await findLink(namespace, device);
  if (was && isSo(was, spec)) return was.ifindex;
  const usable = was && belongs(was, uid);
  await ip(
    namespace,
    ...(was && !usable ? [`link delete dev ${device}`] : []),
    ...(usable ? [] : [`tuntap add dev ${device} mode tap user ${uid}`]),
    `link set dev ${device} mtu ${mtu} group ${guestGroup} arp off addrgenmode none alias ${alias}`,
    `link set dev ${device} up`,
  );
  return (await getLink(namespace, device)).ifindex;
}

const belongs = ({ linkinfo }: Link, uid: number) =>
  linkinfo?.info_kind === "tun" && Number(linkinfo.info_data?.user) === uid;

const isSo = (link: Link, { uid, mtu, alias }: TapSpec) =>
  belongs(link, uid) && link.mtu === mtu && link.ifalias === alias && link.flags.includes("UP");

export async function dropTap(namespace: string | undefined, device: string): Promise<void> {
  if (await findLink(namespace, device)) await ip(namespace, `link delete dev ${device}`);
}

/** The devices whose alias starts with a word. */
export async function aliased(namespace: string | undefined, start: string): Promise<readonly Link[]> {
  return (await links(namespace)).filter(({ ifalias }) => ifalias?.startsWith(start));
}
