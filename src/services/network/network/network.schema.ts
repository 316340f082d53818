import {
  attribute,
  boolean,
  integer,
  listOf,
  orNull,
  readOnly,
  standardAttributes,
  text,
} from "../resource/attribute.ts";

export interface NewNetwork {
  readonly name: string;
  readonly description: string;
  readonly admin_state_up: boolean;
  readonly shared: boolean;
  readonly "router:external": boolean;
  readonly is_default: boolean;
  readonly mtu?: number;
  readonly port_security_enabled: boolean;
  readonly dns_domain: string;
  readonly availability_zone_hints: readonly string[];
  readonly "provider:network_type"?: string | null;
  readonly "provider:physical_network"?: string | null;
  readonly "provider:segmentation_id"?: number | null;
}

export const networkAttributes = {
  ...standardAttributes,
  name: attribute(text(255), { default: "" }),
  admin_state_up: attribute(boolean, { default: true }),
  shared: attribute(boolean, { default: false }),
  "router:external": attribute(boolean, { default: false }),
  is_default: attribute(boolean, { default: false }),
  mtu: attribute(integer),
  port_security_enabled: attribute(boolean, { default: true }),
  dns_domain: attribute(text(255), { default: "" }),
  availability_zone_hints: attribute(listOf(text(255)), { put: false, default: [] }),
  "provider:network_type": attribute(orNull(text(32)), { put: false }),
  "provider:physical_network": attribute(orNull(text(64)), { put: false }),
  "provider:segmentation_id": attribute(orNull(integer), { put: false }),
  status: readOnly,
  subnets: readOnly,
  availability_zones: readOnly,
  ipv4_address_scope: readOnly,
  ipv6_address_scope: readOnly,
  l2_adjacency: readOnly,
  tags: readOnly,
};
