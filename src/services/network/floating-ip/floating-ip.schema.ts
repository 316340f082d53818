import { attribute, ipAddress, orNull, readOnly, standardAttributes, text, uuid } from "../resource/attribute.ts";

export interface NewFloatingIp {
  readonly description: string;
  readonly floating_network_id: string;
  readonly floating_ip_address?: string | null;
  readonly subnet_id?: string | null;
  readonly port_id?: string | null;
  readonly fixed_ip_address?: string | null;
  readonly dns_name: string;
  readonly dns_domain: string;
}

export const floatingIpAttributes = {
  ...standardAttributes,
  floating_network_id: attribute(uuid, { put: false, required: true }),
  floating_ip_address: attribute(orNull(ipAddress), { put: false }),
  subnet_id: attribute(orNull(uuid), { put: false }),
  port_id: attribute(orNull(uuid)),
  fixed_ip_address: attribute(orNull(ipAddress)),
  dns_name: attribute(text(255), { put: false, default: "" }),
  dns_domain: attribute(text(255), { put: false, default: "" }),
  router_id: readOnly,
  status: readOnly,
  port_details: readOnly,
  tags: readOnly,
};
