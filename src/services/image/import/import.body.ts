import { badRequest, conflict } from "#platform/api/errors.ts";
import type { Settings } from "#platform/config/config.ts";
import type { Store } from "../driver.ts";
import { importMethodsOf } from "../settings.ts";

export interface ImportBody {
  readonly method: {
    readonly name: string;
    readonly uri?: unknown;
    readonly glance_image_id?: unknown;
    readonly glance_region?: unknown;
    readonly glance_service_interface?: unknown;
  };
  readonly stores?: readonly string[];
  readonly all_stores?: boolean;
  readonly all_stores_must_succeed?: boolean;
}

/** Throws the sentence that says what is wrong with a body, whatever the image. */
export function requireImportBody(body: Readonly<Record<string, unknown>>, settings: Settings): ImportBody {
  const { method, all_stores_must_succeed: must = true, all_stores: all = false, stores } = body;
  if (typeof method !== "object" || method === null) throw badRequest("Import request requires a 'method' field.");
  if (!("name" in method)) throw badRequest("Import request requires a 'name' field.");
  if (!(importMethodsOf(settings) as readonly unknown[]).includes(method.name))
    throw badRequest(`Unknown import method name '${String(method.name)}'.`);
  if (typeof must !== "boolean") throw badRequest("'all_stores_must_succeed' must be boolean value only");
  if (typeof all !== "boolean") throw badRequest("'all_stores' must be boolean value only");
  if (stores !== undefined && !(Array.isArray(stores) && stores.every((one) => typeof one === "string")))
    throw badRequest("'stores' must be a list of store identifiers");
  return body as unknown as ImportBody;
}

/** The stores that a request asks for: some, all, the one of its header, or the default one. */
export function storesAsked(
  { stores, all_stores: all }: Pick<ImportBody, "stores" | "all_stores">,
  header: string | undefined,
  known: readonly Store[],
): string[] {
  if (all && (stores || header !== undefined))
    throw badRequest("All_stores parameter can't be used with x-image-meta-store header or stores parameter");
  if (stores && header !== undefined)
    throw badRequest("Stores parameter and x-image-meta-store header can't be both specified");
  const ids = known.map(({ id }) => id);
  if (all) return ids;
  const asked = [...new Set(stores?.length ? stores : [header ?? known.find(({ isDefault }) => isDefault)?.id ?? ""])];
  const unknown = asked.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw conflict(`The selected store ${unknown} is not available on this node.`);
  return asked;
}

/** What a copy from another cloud must name. */
export function requireRemote({ method }: ImportBody): { imageId: string; region: string; face: string } {
  for (const key of ["glance_region", "glance_image_id"] as const)
    if (!(key in method)) throw badRequest(`'${key}' needs to be set for glance-download import method`);
  const imageId = String(method.glance_image_id);
  if (!/^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(imageId))
    throw badRequest(`Remote image id does not look like a UUID: ${imageId}`);
  return { imageId, region: String(method.glance_region), face: String(method.glance_service_interface ?? "public") };
}
