import type { Nic, NicIp } from "#services/network/index.ts";

/** network_data.json: links, the addresses on them, and name servers. */
export function networkData(nics: readonly Nic[]) {
  const addresses = nics.flatMap((nic) => nic.ips.map((ip) => ({ nic, ip })));
  const dns = [...new Set(nics.flatMap((nic) => nic.ips.flatMap((ip) => ip.dns)))];
  return {
    links: nics.map(link),
    networks: addresses.map(({ nic, ip }, at) => network(nic, ip, at)),
    services: dns.map((address) => ({ type: "dns", address })),
  };
}

function link({ portId, mac, mtu }: Nic) {
  return { id: linkId(portId), vif_id: portId, type: "ovs", mtu, ethernet_mac_address: mac };
}

function network(nic: Nic, { ip, version, cidr, gatewayIp, dns }: NicIp, at: number) {
  const any = version === 4 ? "0.0.0.0" : "::";
  return {
    id: `network${at}`,
    type: `ipv${version}`,
    link: linkId(nic.portId),
    ip_address: ip,
    netmask: netmask(cidr, version),
    routes: gatewayIp ? [{ network: any, netmask: any, gateway: gatewayIp }] : [],
    network_id: nic.networkId,
    services: dns.map((address) => ({ type: "dns", address })),
  };
}

function linkId(portId: string): string {
  return `tap${portId.slice(0, 11)}`;
}

function netmask(cidr: string, version: 4 | 6): string {
  const length = Number(cidr.split("/")[1] ?? (version === 4 ? 32 : 128));
  return version === 4 ? mask(length, 4, 8, 10).join(".") : mask(length, 8, 16, 16).join(":");
}

function mask(length: number, groups: number, bits: number, base: number): string[] {
  return Array.from({ length: groups }, (_, i) => {
    const ones = Math.min(bits, Math.max(0, length - i * bits));
    return (2 ** bits - 2 ** (bits - ones)).toString(base);
  });
}
