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
  /** Whose own it is: it stands in this project's catalogue, and in those of projects below it, and in no other. */
  readonly projectId: string | null;
  /** What the bootstrap made it for; null once an operator has changed the address. */
  readonly seed: string | null;
  readonly extra: Extra;
}

/** An endpoint as one project sees it: `depth` says how far above it the endpoint's own project is; null: the cloud's own. */
export interface SeenEndpoint extends Endpoint {
  readonly depth: number | null;
}
export interface Catalog {
  readonly services: readonly ServiceEntry[];
  readonly endpoints: readonly Endpoint[];
}

/**
 * What a project's catalogue is made of: its own endpoints, or those of the nearest project above it, stand instead of the
 * cloud's of the same service type, interface and region. A service whose last endpoint went that way goes too.
 */
export function seenCatalog(
  services: readonly ServiceEntry[],
  all: readonly SeenEndpoint[],
  narrowed: boolean,
): Catalog {
  const types = new Map(services.map(({ id, type }) => [id, type]));
  const placeOf = (it: Endpoint) => [types.get(it.serviceId), it.interface, it.regionId].join(" ");
  const nearest = new Map<string, number>();
  for (const it of all) nearest.set(placeOf(it), Math.min(nearest.get(placeOf(it)) ?? CLOUD, it.depth ?? CLOUD));
  const endpoints = all.filter((it) => (it.depth ?? CLOUD) === nearest.get(placeOf(it)));
  if (!narrowed && endpoints.length === all.length) return { services, endpoints };
  const served = new Set(endpoints.map(({ serviceId }) => serviceId));
  return { services: services.filter(({ id }) => served.has(id)), endpoints };
}
const CLOUD = Number.MAX_SAFE_INTEGER;

/** The address for one project; undefined where it asks for a project and there is none. */
export function addressed(url: string, names: { projectId?: string; userId: string }): string | undefined {
  const { projectId, userId } = names;
  const needsProject = /[$%]\((project_id|tenant_id)\)s/;
  if (needsProject.test(url) && !projectId) return undefined;
  return url.replaceAll(new RegExp(needsProject, "g"), projectId ?? "").replaceAll(/[$%]\(user_id\)s/g, userId);
}
