import type { AnyService } from "../service/kit.ts";
import { ApiError, badRequest } from "./errors.ts";
import { rank, type Version } from "./versions.ts";

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type Range = { readonly min: Version; readonly max: Version };

const ranges = new WeakMap<AnyService, Range>();

/** The oldest and newest version of a service's ledger. */
export function rangeOf(service: AnyService): Range {
  let range = ranges.get(service);
  if (!range) {
    const sorted = (Object.keys(service.versions) as Version[]).sort((a, b) => rank(a) - rank(b));
    range = { min: sorted[0]!, max: sorted.at(-1)! };
    ranges.set(service, range);
  }
  return range;
}

/** The version that the request asks for in either spelling of the header; the oldest when it asks for none. */
export function negotiate(service: AnyService, headers: Headers): Version {
  const { min, max } = rangeOf(service);
  const asked = service.versionHeader && askedFor(service.versionHeader, headers);
  if (!asked) return min;
  if (asked === "latest") return max;
  if (!/^[1-9]\d*\.(0|[1-9]\d*)$/.test(asked))
    throw badRequest(`API Version String ${asked} is of invalid format. Must be of format MajorNum.MinorNum.`);
  const version = asked as Version;
  if (rank(version) < rank(min) || rank(version) > rank(max))
    throw new ApiError(406, `Version ${asked} is not supported by the API. Minimum is ${min} and maximum is ${max}.`);
  return version;
}

function askedFor({ name, legacy }: { name: string; legacy?: string }, headers: Headers): string | undefined {
  const lines = [headers["openstack-api-version"] ?? []].flat().flatMap((line) => line.split(","));
  for (const line of lines) {
    const [service, version] = line.trim().split(/\s+/);
    if (service?.toLowerCase() === name && version) return version.toLowerCase();
  }
  const old = legacy && headers[legacy.toLowerCase()];
  return typeof old === "string" ? old.trim().toLowerCase() : undefined;
}

const said = new WeakMap<AnyService, Map<Version, Readonly<Record<string, string>>>>();

/** What every answer of the service says of versions. */
export function versionHeaders(service: AnyService, version: Version): Readonly<Record<string, string>> {
  const known = said.get(service) ?? new Map<Version, Readonly<Record<string, string>>>();
  const it = known.get(version) ?? headersAt(service, version);
  said.set(service, known.set(version, it));
  return it;
}

function headersAt(service: AnyService, version: Version): Readonly<Record<string, string>> {
  if (!service.versionHeader) return {};
  const { name, legacy } = service.versionHeader;
  const vary = ["OpenStack-API-Version", legacy].filter(Boolean).join(", ");
  return { "openstack-api-version": `${name} ${version}`, ...(legacy && { [legacy.toLowerCase()]: version }), vary };
}
