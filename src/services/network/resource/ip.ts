import ipaddr from "ipaddr.js";

export interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** 4 or 6. */
export function versionOf(ipOrCidr: string): 4 | 6 {
  return ipOrCidr.includes(":") ? 6 : 4;
}
export function toNumber(ip: string): bigint {
  return ipaddr
    .parse(ip)
    .toByteArray()
    .reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
}
export function fromNumber(value: bigint, version: 4 | 6): string {
  const length = version === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 255n));
  return plain(ipaddr.fromByteArray(bytes));
}
/** The one way to spell an address. */
export function canonical(ip: string): string {
  return plain(ipaddr.parse(ip));
}
export function rangeOf(cidr: string): Range {
  const [address = "", length = ""] = cidr.split("/");
  const host = BigInt((versionOf(cidr) === 4 ? 32 : 128) - Number(length));
  const first = (toNumber(address) >> host) << host;
  return { first, last: first + (1n << host) - 1n };
}
/** "10.0.0.5/24" → "10.0.0.0/24" */
export function networkOf(cidr: string): string {
  return `${fromNumber(rangeOf(cidr).first, versionOf(cidr))}/${prefixOf(cidr)}`;
}
export function prefixOf(cidr: string): number {
  return Number(cidr.slice(cidr.indexOf("/") + 1));
}
export function contains(cidr: string, ip: string): boolean {
  if (versionOf(cidr) !== versionOf(ip)) return false;
  const { first, last } = rangeOf(cidr);
  return within({ first, last }, toNumber(ip));
}
export function overlap(a: string, b: string): boolean {
  if (versionOf(a) !== versionOf(b)) return false;
  const [one, other] = [rangeOf(a), rangeOf(b)];
  return one.first <= other.last && other.first <= one.last;
}
export function within({ first, last }: Range, value: bigint): boolean {
  return first <= value && value <= last;
}

/** The addresses of a subnet that a host may have. */
export function hostRange(cidr: string): Range {
  const { first, last } = rangeOf(cidr);
  if (last - first <= 1n) return { first, last };
  return { first: first + 1n, last: versionOf(cidr) === 4 ? last - 1n : last };
}
/** All addresses that a host may have, around the gateway. */
export function defaultPools(cidr: string, gateway: string | null): { start: string; end: string }[] {
  const { first, last } = hostRange(cidr);
  const hole = gateway !== null && contains(cidr, gateway) ? toNumber(gateway) : undefined;
  const ranges =
    hole === undefined
      ? [{ first, last }]
      : [
          { first, last: hole - 1n },
          { first: hole + 1n, last },
        ];
  const spelt = (value: bigint) => fromNumber(value, versionOf(cidr));
  return ranges.filter((r) => r.first <= r.last).map((r) => ({ start: spelt(r.first), end: spelt(r.last) }));
}
/** The address that a MAC makes for itself in a /64. */
export function eui64(cidr: string, mac: string): string {
  const [a = "", b = "", c = "", d = "", e = "", f = ""] = mac.split(":");
  const flipped = (Number.parseInt(a, 16) ^ 2).toString(16).padStart(2, "0");
  return fromNumber(rangeOf(cidr).first + BigInt(`0x${flipped}${b}${c}fffe${d}${e}${f}`), 6);
}

function plain(ip: ipaddr.IPv4 | ipaddr.IPv6): string {
  return ip instanceof ipaddr.IPv6 ? ip.toRFC5952String() : ip.toString();
}
