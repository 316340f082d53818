import ipaddr from "ipaddr.js";

/** Whether everybody on the Internet may have this address: nothing of this host, of its networks, or with a meaning of its own. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/** Addresses and networks ("10.0.0.0/8", "192.168.1.5") as one question. */
export function within(networks: readonly string[]): (address: string) => boolean {
  const all = networks.filter((one) => ipaddr.isValid(one) || ipaddr.isValidCIDR(one)).map(network);
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const it = ipaddr.process(address);
    return all.some(([base, bits]) => base.kind() === it.kind() && it.match([base, bits] as never));
  };
}

function network(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  const it = ipaddr.process(text);
  return [it, it.kind() === "ipv4" ? 32 : 128];
}
