/** Who asks: what a verified token says. System-scoped tokens have `system`, domain-scoped ones `domainId`. */
export interface Actor {
  readonly userId: string;
  readonly userName: string;
  readonly userDomainId: string;
  readonly projectId?: string;
  readonly projectName?: string;
  readonly projectDomainId?: string;
  readonly domainId?: string;
  readonly system?: boolean;
  readonly roles: readonly string[];
  /** Roles that hold at one service only, by its type; where that service asks, they are among `roles`. */
  readonly bound?: Readonly<Record<string, readonly string[]>>;
  /** What the token itself is: identity reads it, nobody else needs to. */
  readonly token?: {
    readonly auditIds: readonly string[];
    readonly expiresAt: string;
    readonly methods: readonly string[];
    /** What it was made through: a trust, an application credential … */
    readonly bonds?: object;
  };
  /** All that this actor may ask of any service; absent: everything that the rules allow. */
  readonly accessRules?: readonly AccessRule[];
}

/** A request that is allowed: a service's type, a method, and a path in which * is one part and ** any number of them. */
export interface AccessRule {
  readonly id: string;
  readonly service: string;
  readonly method: string;
  readonly path: string;
}

/** Whom or what a rule is asked about. Rules name these in snake case: %(project_id)s, %(user_id)s, %(target.user.domain_id)s. */
export type Target = {
  readonly userId?: string | null;
  readonly projectId?: string | null;
  readonly domainId?: string | null;
  readonly target?: object;
};

/**
 * One row of the policy: OpenStack's name of it, the default check in oslo.policy's language
 * ("role:admin or project_id:%(project_id)s"), and what it guards, in a sentence.
 */
export interface Rule {
  readonly name: string;
  readonly check: string;
  readonly says: string;
}

/** The checks that the defaults are made of, by the names that `rule:…` refers to. A policy file may override them too. */
export const baseRules = {
  admin_api: "role:admin",
  admin_required: "role:admin",
  owner: "user_id:%(user_id)s",
  project_reader: "role:reader and project_id:%(project_id)s",
  project_member: "role:member and project_id:%(project_id)s",
  project_reader_or_admin: "rule:admin_api or rule:project_reader",
  project_member_or_admin: "rule:admin_api or rule:project_member",
  project_manager_or_admin: "rule:admin_api or (role:manager and project_id:%(project_id)s)",
  service_api: "role:service",
} as const;

/** Rules under a root: `rules("os_compute_api:servers", { show: ["rule:project_reader_or_admin", "Show one server."] })`. */
export function rules<K extends string>(root: string, by: Record<K, readonly [check: string, says: string]>) {
  const named = (key: string) => (root ? `${root}:${key}` : key);
  const entries = Object.entries<readonly [string, string]>(by);
  return Object.fromEntries(entries.map(([k, [check, says]]) => [k, { name: named(k), check, says }])) as Record<
    K,
    Rule
  >;
}

/** A route that asks for no token: version documents, the token request itself. */
export const open = (says: string): Rule => ({ name: "open", check: "@", says });
/** A route that any valid token opens. */
export const anyToken = (says: string): Rule => ({ name: "any_token", check: "@", says });
