import { BlockList, isIPv6 } from "node:net";

const family = (ip: string) => (isIPv6(ip) ? "ipv6" : "ipv4");

/** Whether an address lies in a range such as "10.0.0.0/24". */
export function isInside(ip: string, cidr: string): boolean {
  const [net, bits] = cidr.split("/") as [string, string];
  if (family(ip) !== family(net)) return false;
  const range = new BlockList();
  range.addSubnet(net, Number(bits), family(net));
  return range.check(ip, family(ip));
}

export const isVersion6 = (cidr: string) => cidr.includes(":");

/** The network of an IPv4 address with prefix length: "10.0.0.1/24" → "10.0.0.0/24". */
export function networkOf(cidr: string): string {
  const [ip, bits] = cidr.split("/") as [string, string];
  const mask = Number(bits) === 0 ? 0 : (~0 << (32 - Number(bits))) >>> 0;
  const number = ip.split(".").reduce((sum, part) => (sum << 8) | Number(part), 0) & mask;
  return `${[24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".")}/${bits}`;
}
