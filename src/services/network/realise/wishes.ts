/** The ids of all that the data plane is to have. */
export interface Wishes {
  readonly networks: readonly string[];
  readonly securityGroups: readonly string[];
  readonly routers: readonly string[];
  readonly ports: readonly string[];
  /** Of ports that are plugged into a host. */
  readonly taps: readonly string[];
  readonly floatingIps: readonly string[];
  /** Ids that are parts of these: subnets, rules, legs. */
  readonly parts: readonly string[];
  /** The hosts that ports are bound to. */
  readonly hosts: readonly string[];
}
