import { ApiError, badRequest, notFound } from "../api/errors.ts";
import { knows } from "../api/shapes.ts";
import type { Version } from "../api/versions.ts";
import type { AnyRoute, AnyService } from "../service/kit.ts";

/** All routes of one path and method: told apart by version, and by the one key of the body. */
export interface Place {
  readonly service: AnyService;
  readonly method: string;
  /** The whole path in the router's spelling: /compute/v2.1/servers/:id */
  readonly path: string;
  readonly mount: string;
  readonly routes: readonly AnyRoute[];
}

/** Every place that the services' tables make, at each of their mounts. */
export function placesOf(services: readonly AnyService[]): Place[] {
  const places = new Map<string, Place & { routes: AnyRoute[] }>();
  for (const service of services)
    for (const mount of service.mounts)
      for (const route of service.routes) add(places, service, mount, route as AnyRoute);
  return [...places.values()];
}

function add(places: Map<string, Place & { routes: AnyRoute[] }>, service: AnyService, mount: string, route: AnyRoute) {
  const [method, below] = route.on.split(" ") as [string, string];
  const base = route.below === "mount" ? mount : mount + service.root;
  const path = (base + below).replace(/\{(\w+)\}/g, ":$1").replace(/(.)\/$/, "$1") || "/";
  put(places, service, mount, route, method, path);
  // Roots and version documents are found with and without the slash at their end; elsewhere it makes another path.
  if ((below === "/" || route.below === "mount") && path !== "/")
    put(places, service, mount, route, method, `${path}/`);
}

function put(
  places: Map<string, Place & { routes: AnyRoute[] }>,
  service: AnyService,
  mount: string,
  route: AnyRoute,
  method: string,
  path: string,
) {
  const key = `${method} ${path.replace(/:\w+/g, ":")}`;
  const place = places.get(key) ?? { service, method, path, mount, routes: [] };
  places.set(key, place);
  place.routes.push(route);
}

/** The route of a place that a version and a body pick. */
export function pick({ routes }: Place, version: Version, body: unknown): AnyRoute {
  const known = routes.filter((r) => knows(version, r.since, r.until));
  if (known.length === 0) throw notFound("The resource could not be found.");
  if (known[0]!.key === undefined && known.length === 1) return known[0]!;
  const keys = Object.keys(Object(body));
  const found = known.find((r) => r.key !== undefined && keys.includes(r.key));
  if (found && keys.length === 1) return found;
  const plain = known.find((r) => r.key === undefined);
  if (plain) return plain;
  if (keys.length !== 1)
    throw badRequest(keys.length > 1 ? "Multiple actions are not allowed" : "Malformed request body");
  throw new ApiError(400, `There is no such action: ${keys[0]}`);
}
