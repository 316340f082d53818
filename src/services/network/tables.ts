import type { FloatingIp } from "./floating-ip/floating-ip.ts";
import type { NetworkRow } from "./network/network.ts";
import type { Address, Port, Tap } from "./port/port.ts";
import type { Router } from "./router/router.ts";
import type { SecurityGroup } from "./security-group/security-group.ts";
import type { SecurityGroupRule } from "./security-group-rule/security-group-rule.ts";
import type { Subnet } from "./subnet/subnet.ts";

export interface NetworkTables {
  networkNetworks: NetworkRow;
  networkSubnets: Subnet;
  networkPorts: Port;
  networkAddresses: Address;
  networkPortGroups: { portId: string; groupId: string };
  networkTaps: Tap;
  networkRouters: Router;
  networkFloatingIps: FloatingIp;
  networkDataPlane: { onlyOne: boolean; overlayMtu: number };
  networkSecurityGroups: SecurityGroup;
  networkSecurityGroupRules: SecurityGroupRule;
}
