import { ApiError } from "#platform/api/errors.ts";
import type { Actor } from "#platform/api/rules.ts";
import type { Join } from "#platform/store/join.ts";
import { joined } from "./kit.ts";
import { takeScope } from "./token/scope.api.ts";
import type { AskedScope } from "./token/token.schema.ts";
import { actorOf } from "./token/token.ts";
import { findKnownUser } from "./user/user.store.ts";

/** A user, and where it acts: names, or ids. */
export interface Acting {
  readonly user: string;
  /** The user's domain; its projects are looked for there too. */
  readonly userDomain: string;
  readonly project?: string;
  readonly domain?: string;
  readonly system?: boolean;
}

/** Who a user would be with a token of that scope; throws a sentence where it could not get one. */
export function actorNamed(write: <T>(work: (tx: Join) => Promise<T>) => Promise<T>, it: Acting): Promise<Actor> {
  return write(async (tx) => {
    const own = joined(tx);
    const { db, now } = own;
    const domain = { name: it.userDomain };
    const user = (await findKnownUser(db, { id: it.user })) ?? (await findKnownUser(db, { name: it.user, domain }));
    if (!user) throw new Error(`there is no user ${it.user} in the domain ${it.userDomain}`);
    const tries = scopesOf(it);
    for (const scope of tries) {
      const taken = await takeScope(own, { user }, scope).catch(unlessRefused);
      const token = { ...plain, issuedAt: now, expiresAt: now };
      const named = { id: user.id, name: user.name, domain: { id: user.domainId, name: user.domainName } };
      if (taken)
        return actorOf({ ...token, user: named, scope: taken.scope, roles: taken.roles.map(({ name }) => name) });
    }
    throw new Error(
      `${it.user} has no role ${it.project ? `in the project ${it.project}` : it.domain ? `in the domain ${it.domain}` : "on the system"}`,
    );
  });
}

const plain = { methods: [], auditIds: ["-"], saw: 0 };

/** By id, then by name. */
function scopesOf({ project, domain, system, userDomain }: Acting): readonly (AskedScope | "unscoped")[] {
  if (system) return [{ system: { all: true } }];
  if (domain) return [{ domain: { id: domain } }, { domain: { name: domain } }];
  if (project) return [{ project: { id: project } }, { project: { name: project, domain: { name: userDomain } } }];
  return ["unscoped"];
}

function unlessRefused(why: unknown): undefined {
  if (!(why instanceof ApiError)) throw why;
}
