/** What of tempest and its plugins is run for a service. */
export interface Suite {
  /** Which tests, by a pattern over their whole names. */
  readonly tests: RegExp;
  /** Debian's packages of the plugins that bring some of them. */
  readonly plugins: readonly string[];
}

/** A service's suite; what the real one scores on it stands in reference/<service>.csv. A new service is one line here. */
export const suites: Readonly<Record<string, Suite>> = {
  identity: { tests: /^(tempest\.api\.identity|keystone_tempest_plugin)\./, plugins: ["keystone-tempest-plugin"] },
  image: { tests: /^(tempest\.api\.image|glance_tempest_plugin)\./, plugins: ["glance-tempest-plugin"] },
};
