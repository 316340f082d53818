/** What network tells. */
export interface NetworkEvents {
  /** A server's port carries traffic. */
  "port.wired": { portId: string; serverId: string };
  /** A server's port has left its host. */
  "port.unwired": { portId: string; serverId: string };
  /** Somebody deleted a server's port through the Network API. */
  "port.deleted": { portId: string; serverId: string };
  "port.up": { portId: string };
  "port.down": { portId: string };
  /** The data plane knows the resource; what depends on it may follow. */
  "network.realised": { networkId: string };
  "security-group.realised": { securityGroupId: string };
  "router.realised": { routerId: string };
}
