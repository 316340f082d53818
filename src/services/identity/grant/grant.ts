/** A role that a user or a group has on a project, on a domain, or (neither) on the system. */
export interface Grant {
  readonly roleId: string;
  readonly userId: string | null;
  readonly groupId: string | null;
  readonly projectId: string | null;
  readonly domainId: string | null;
  /** Holds below the project or domain, and not on it. */
  readonly inherited: boolean;
}

/** Where a grant holds. */
export type Place = Pick<Grant, "projectId" | "domainId">;
export const SYSTEM: Place = { projectId: null, domainId: null };

/** Where the API shows a grant, or (without a role) all that its holder was given at its place. */
export function pathOf(it: Omit<Grant, "roleId">, roleId?: string): string {
  const place = it.projectId ? `/projects/${it.projectId}` : it.domainId ? `/domains/${it.domainId}` : "/system";
  const holder = it.userId ? `/users/${it.userId}` : `/groups/${it.groupId}`;
  const role = roleId ? `/${roleId}` : "";
  return it.inherited
    ? `/OS-INHERIT${place}${holder}/roles${role}/inherited_to_projects`
    : `${place}${holder}/roles${role}`;
}
