import { rowId } from "../ids.ts";

export const switchOf = (networkId: string) => ({ table: "Logical_Switch", uuid: rowId(networkId) });
export const switchPorts = (networkId: string) => ({ ...switchOf(networkId), column: "ports" });
export const dhcpOf = (subnetId: string) => ({ table: "DHCP_Options", uuid: rowId(subnetId, "dhcp") });
