import { Type } from "typebox";
import { flag, maybe, orNull, text, wrapped } from "../shapes.schema.ts";

export interface RegionFields {
  readonly id?: string;
  readonly description?: string | null;
  readonly parent_region_id?: string | null;
}
export interface ServiceFields {
  readonly type: string;
  readonly name?: string;
  readonly description?: string | null;
  readonly enabled?: boolean;
}
export interface EndpointFields {
  readonly service_id: string;
  readonly interface: "public" | "internal" | "admin";
  readonly url: string;
  readonly region_id?: string | null;
  readonly region?: string;
  readonly enabled?: boolean;
  /** Ours: whose own endpoint it is. */
  readonly project_id?: string | null;
}

export const regionNames = ["id", "links", "description", "parent_region_id"];
export const serviceNames = ["id", "links", "type", "name", "description", "enabled"];
export const endpointNames = [
  "id",
  "links",
  "service_id",
  "interface",
  "url",
  "region_id",
  "region",
  "enabled",
  "project_id",
  "legacy_endpoint_id",
];

const word = Type.String({ minLength: 1, maxLength: 255 });
const plain = Type.String({ maxLength: 255 });
const face = Type.Union([Type.Literal("public"), Type.Literal("internal"), Type.Literal("admin")]);
const url = Type.String({ minLength: 1, pattern: "^[a-zA-Z0-9+.-]+:.+" });
const region = { description: maybe(text), parent_region_id: maybe(orNull(plain)) };
const service = { name: maybe(plain), description: maybe(text), enabled: maybe(flag) };
const endpoint = {
  region_id: maybe(orNull(plain)),
  region: maybe(plain),
  enabled: maybe(flag),
  project_id: maybe(orNull(plain)),
};

export const createRegion = wrapped<{ region: RegionFields }>("region", { ...region, id: maybe(plain) });
export const changeRegion = wrapped<{ region: RegionFields }>("region", region);
export const createService = wrapped<{ service: ServiceFields }>("service", { ...service, type: word });
export const changeService = wrapped<{ service: Partial<ServiceFields> }>("service", {
  ...service,
  type: maybe(word),
});
export const createEndpoint = wrapped<{ endpoint: EndpointFields }>("endpoint", {
  ...endpoint,
  service_id: word,
  interface: face,
  url,
});
export const changeEndpoint = wrapped<{ endpoint: Partial<EndpointFields> }>("endpoint", {
  ...endpoint,
  service_id: maybe(word),
  interface: maybe(face),
  url: maybe(url),
});
