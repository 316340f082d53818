import {
  anObject,
  attribute,
  boolean,
  type Check,
  Invalid,
  ipAddress,
  isCidr,
  listOf,
  macAddress,
  oneOf,
  orNull,
  readOnly,
  shape,
  spell,
  standardAttributes,
  text,
  uuid,
} from "../resource/attribute.ts";
import { networkOf } from "../resource/ip.ts";
import type { WantedIp } from "./allocate.work.ts";

export interface WantedPair {
  readonly ip_address: string;
  readonly mac_address?: string;
}
export interface NewPort {
  readonly name: string;
  readonly description: string;
  readonly network_id: string;
  readonly admin_state_up: boolean;
  readonly mac_address?: string | null;
  readonly fixed_ips?: readonly WantedIp[] | null;
  readonly device_id: string;
  readonly device_owner: string;
  readonly port_security_enabled?: boolean;
  readonly security_groups?: readonly string[] | null;
  readonly allowed_address_pairs?: readonly WantedPair[] | null;
  readonly extra_dhcp_opts?: readonly object[] | null;
  readonly "binding:host_id"?: string | null;
  readonly "binding:vnic_type"?: string;
  readonly "binding:profile"?: object | null;
  readonly tags: readonly string[];
}

const vnicTypes = ["normal", "direct", "macvtap", "baremetal", "direct-physical", "virtio-forwarder", "smart-nic"];
const dhcpOption = shape(
  { opt_name: text(64), opt_value: orNull(text(255)), ip_version: oneOf([4, 6, "4", "6"]) },
  ["opt_name", "opt_value"],
  "Invalid data format for extra-dhcp-opt:",
);

export const portAttributes = {
  ...standardAttributes,
  name: attribute(text(255), { default: "" }),
  network_id: attribute(uuid, { put: false, required: true }),
  admin_state_up: attribute(boolean, { default: true }),
  mac_address: attribute(orNull(macAddress)),
  fixed_ips: attribute(orNull(fixedIps)),
  device_id: attribute(text(255), { default: "" }),
  device_owner: attribute(text(255), { default: "" }),
  port_security_enabled: attribute(boolean),
  security_groups: attribute(orNull(groups)),
  allowed_address_pairs: attribute(orNull(pairs)),
  extra_dhcp_opts: attribute(orNull(listOf(dhcpOption))),
  "binding:host_id": attribute(orNull(text(255))),
  "binding:vnic_type": attribute(oneOf(vnicTypes)),
  "binding:profile": attribute(orNull(anObject)),
  "binding:vif_type": readOnly,
  "binding:vif_details": readOnly,
  tags: attribute(listOf(text(255)), { default: [], put: false }),
  status: readOnly,
};

const fixedIp = shape({ subnet_id: uuid, ip_address: ipAddress }, [], "Invalid data format for fixed IP:");
function fixedIps(value: unknown): unknown {
  if (!Array.isArray(value)) throw new Invalid(`Invalid data format for fixed IP: '${spell(value)}'`);
  const ips = value.map(fixedIp) as WantedIp[];
  const empty = ips.find((one) => !one.ip_address && !one.subnet_id);
  if (empty) throw new Invalid(`Invalid data format for fixed IP: '${spell(empty)}'`);
  const addresses = ips.map((one) => one.ip_address).filter((ip) => ip !== undefined);
  const twice = addresses.find((ip, i) => addresses.indexOf(ip) !== i);
  if (twice) throw new Invalid(`Duplicate IP address '${twice}'`);
  return ips;
}
function groups(value: unknown): unknown {
  const ids = listOf(uuid)(value) as string[];
  return [...new Set(ids)];
}

const most = 10;
const addressOrCidr: Check = (value) =>
  typeof value === "string" && isCidr(value) ? networkOf(value) : ipAddress(value);
const pair = shape({ ip_address: addressOrCidr, mac_address: macAddress }, [], "Invalid data format for address pair:");
function pairs(value: unknown): unknown {
  if (!Array.isArray(value)) throw new Invalid("Allowed address pairs must be a list.");
  if (value.length > most) throw new Invalid(`Exceeded maximum amount of address pairs (${most})`);
  const all = value.map(pair) as WantedPair[];
  if (all.some((one) => !one.ip_address)) throw new Invalid("AllowedAddressPair must contain ip_address");
  const seen = all.map((one) => `${one.ip_address} ${one.mac_address ?? ""}`);
  const twice = all.find((_, i) => seen.indexOf(seen[i]!) !== i);
  if (twice)
    throw new Invalid(
      `Request contains duplicate address pair: mac_address ${twice.mac_address} ip_address ${twice.ip_address}`,
    );
  return all;
}
