import type { Extra } from "../identity.ts";

export interface Region {
  readonly id: string;
  readonly description: string;
  readonly parentRegionId: string | null;
  readonly extra: Extra;
}

/** A service as the catalogue lists it. */
export interface ServiceEntry {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly extra: Extra;
}

export interface Endpoint {
  readonly id: string;
  readonly serviceId: string;
  readonly regionId: string | null;
  readonly interface: "public" | "internal" | "admin";
  readonly url: string;
  readonly enabled: boolean;
  /** What the bootstrap made it for; null once an operator has changed the address. */
  readonly seed: string | null;
  readonly extra: Extra;
}

/** The address for one project; undefined where it asks for a project and there is none. */
export function addressed(url: string, names: { projectId?: string; userId: string }): string | undefined {
  const { projectId, userId } = names;
  const needsProject = /[$%]\((project_id|tenant_id)\)s/;
  if (needsProject.test(url) && !projectId) return undefined;
  return url.replaceAll(new RegExp(needsProject, "g"), projectId ?? "").replaceAll(/[$%]\(user_id\)s/g, userId);
}
