import type { WantedIp } from "../port/allocate.work.ts";
import {
  attribute,
  boolean,
  type Check,
  Invalid,
  ipAddress,
  listOf,
  orNull,
  readOnly,
  shape,
  spell,
  standardAttributes,
  text,
  uuid,
} from "../resource/attribute.ts";
import { hostRoutes } from "../subnet/subnet.schema.ts";
import type { HostRoute } from "../subnet/subnet.ts";

export interface WantedGateway {
  readonly network_id?: string;
  readonly enable_snat?: boolean;
  readonly external_fixed_ips?: readonly WantedIp[];
}
export interface NewRouter {
  readonly name: string;
  readonly description: string;
  readonly admin_state_up: boolean;
  readonly external_gateway_info?: WantedGateway | null;
  readonly routes?: readonly HostRoute[] | null;
  readonly availability_zone_hints: readonly string[];
  readonly distributed?: boolean;
  readonly ha?: boolean;
}

const fixedIp = shape({ subnet_id: uuid, ip_address: ipAddress }, [], "Invalid data format for fixed IP:");
const gatewayInfo = shape(
  { network_id: uuid, enable_snat: boolean, external_fixed_ips: listOf(fixedIp) },
  [],
  "Invalid data format for external gateway:",
);
const gateway: Check = (value) => {
  if (value === null) return null;
  const info = gatewayInfo(value) as WantedGateway;
  if (Object.keys(info).length > 0 && !info.network_id)
    throw new Invalid(`Expected keys not found: network_id in '${spell(value)}'`);
  return info.network_id ? info : null;
};

export const routerAttributes = {
  ...standardAttributes,
  name: attribute(text(255), { default: "" }),
  admin_state_up: attribute(boolean, { default: true }),
  external_gateway_info: attribute(gateway),
  routes: attribute(orNull(hostRoutes), { post: false }),
  availability_zone_hints: attribute(listOf(text(255)), { put: false, default: [] }),
  distributed: attribute(orNull(boolean)),
  ha: attribute(orNull(boolean)),
  status: readOnly,
  availability_zones: readOnly,
  flavor_id: readOnly,
  tags: readOnly,
};
