import { rangeOf } from "#platform/api/negotiate.ts";
import { knows } from "#platform/api/shapes.ts";
import { at, rank, type Version } from "#platform/api/versions.ts";
import { type Place, placesOf } from "#platform/http/routes.ts";
import type { AnyRoute, AnyService } from "#platform/service/kit.ts";
import type { Schema } from "./schema.ts";

/** One route at one version: what cases are made for. */
export interface Target {
  /** "POST /compute/v2.1/servers 2.96", with the action's key where there is one. */
  readonly name: string;
  readonly service: AnyService;
  readonly method: string;
  /** In the router's spelling: /compute/v2.1/servers/:id */
  readonly path: string;
  readonly version: Version | undefined;
  readonly body: Schema | undefined;
  readonly query: Schema | undefined;
  readonly key: string | undefined;
  readonly streams: boolean;
}

/** Every route at the first and last version that know it and at those around each version where it changes. */
export function targetsOf(services: readonly AnyService[]): Target[] {
  return placesOf(services).flatMap((place) =>
    place.routes.flatMap((route) => versionsOf(place.service, route).map((v) => targetOf(place, route, v))),
  );
}

function targetOf({ service, method, path }: Place, route: AnyRoute, version: Version): Target {
  const spoken = service.versionHeader ? version : undefined;
  return {
    name: [method, path, route.key, spoken].filter(Boolean).join(" "),
    service,
    method,
    path,
    version: spoken,
    body: at(route.body ?? {}, version) as Schema | undefined,
    query: at(route.query ?? {}, version) as Schema | undefined,
    key: route.key,
    streams: route.stream !== undefined,
  };
}

function versionsOf(service: AnyService, route: AnyRoute): Version[] {
  const { min, max } = rangeOf(service);
  if (!service.versionHeader) return [min];
  const ledger = (Object.keys(service.versions) as Version[]).sort((a, b) => rank(a) - rank(b));
  const changes = [route.since, route.until, ...[route.body, route.query, route.status].flatMap((by) => keysOf(by))];
  const around = changes.flatMap((v) => {
    const i = ledger.indexOf(v as Version);
    return i < 0 ? [] : [ledger[i - 1], ledger[i], ledger[i + 1]];
  });
  const all = [min, max, ...around].filter((v) => v !== undefined);
  const known = all.filter((v) => knows(v, route.since, route.until));
  return [...new Set(known)];
}

const keysOf = (by: object | undefined) => Object.keys(by ?? {}) as Version[];
