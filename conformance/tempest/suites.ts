import type { Result } from "./results.ts";

/** What of tempest and its plugins is run for a service. */
export interface Suite {
  /** Which tests, by a pattern over their whole names. */
  readonly tests: RegExp;
  /** Debian's packages of the plugins that bring some of them. */
  readonly plugins: readonly string[];
  /** Tests that want something else than the API that is kept here; they are listed with the reason when they fail. */
  readonly excused?: readonly Excuse[];
}
export interface Excuse {
  readonly why: string;
  is(it: Result): boolean;
}

/** The tests of the plugin are from a time when the role admin reached no further than its scope. */
const adminEverywhere: Excuse = {
  why: "want somebody to be refused who has the role admin, or reads in a domain of their own: newer Keystones let them pass",
  is: ({ test, reason }) =>
    (/\.rbac\..*(Project|Domain)AdminTests\b/.test(test) &&
      /MismatchError|Conflict|Details: (b''|.*40[349])/.test(reason)) ||
    (/\.rbac\..*\.Domain(Member|Reader)Tests\.test_identity_list_domains/.test(test) && / returned /.test(reason)),
};
/** Of credentials and EC2 keys likewise: what is somebody's own is theirs, whatever their token is for. */
const ownEverywhere: Excuse = {
  why: "want somebody to be refused their own credentials whose token is for a domain: newer Keystones go by the user alone",
  is: ({ test, reason }) =>
    /\.rbac\.v3\.test_(ec2_)?credential\.Domain(Member|Reader)Tests\./.test(test) && / returned /.test(reason),
};

/** Who only reads had EC2 keys of their own. */
const keysForReaders: Excuse = {
  why: "want a reader to make and delete EC2 keys: newer Keystones want the role member",
  is: ({ test, reason }) =>
    /\.rbac\.v3\.test_ec2_credential\.(Project|System)ReaderTests\./.test(test) &&
    /ec2_(create|delete)_cred/.test(reason),
};

/** This cloud is the provider of others by SAML, and lets nobody in by it. */
const samlBetweenClouds: Excuse = {
  why: "want a cloud that users of another one come into by SAML: into ours they come by OpenID Connect",
  is: ({ test }) => /TestK2KFederatedAuthentication/.test(test),
};

/** A service's suite; what the real one scores on it stands in reference/<service>.csv. A new service is one line here. */
export const suites: Readonly<Record<string, Suite>> = {
  identity: {
    tests: /^(tempest\.api\.identity|keystone_tempest_plugin)\./,
    plugins: ["keystone-tempest-plugin"],
    excused: [adminEverywhere, ownEverywhere, keysForReaders, samlBetweenClouds],
  },
  image: {
    tests: /^(tempest\.api\.image|glance_tempest_plugin)\./,
    plugins: ["glance-tempest-plugin"],
    excused: [adminEverywhere],
  },
};
