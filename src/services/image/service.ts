import { service } from "#platform/service/kit.ts";
import { cacheRoutes } from "./cache/cache.api.ts";
import { cacheSweep } from "./cache/cache.loop.ts";
import { cacheImage } from "./cache/cache.saga.ts";
import { dropCached } from "./cache/drop-cached.saga.ts";
import { errorBody } from "./error.ts";
import { actionRoutes } from "./image/action.api.ts";
import { fileRoutes } from "./image/file.api.ts";
import { imageRoutes } from "./image/image.api.ts";
import { scrub } from "./image/scrub.loop.ts";
import { imageTagRoutes } from "./image/tag.api.ts";
import { updateRoutes } from "./image/update.api.ts";
import { listOrphans, uploadSweep } from "./image/uploads.loop.ts";
import { calledOff } from "./import/called-off.loop.ts";
import { copyToStore } from "./import/copy.saga.ts";
import { importRoutes } from "./import/import.api.ts";
import { importImage } from "./import/import.saga.ts";
import { importEnd } from "./import/import-end.saga.ts";
import { infoRoutes } from "./info/info.api.ts";
import type { ImageScope } from "./kit.ts";
import { addLocation } from "./location/add-location.saga.ts";
import { locationRoutes } from "./location/location.api.ts";
import { readLocation } from "./location/read-location.saga.ts";
import { memberRoutes } from "./member/member.api.ts";
import { namespaceRoutes } from "./metadef/namespace.api.ts";
import { objectRoutes } from "./metadef/object.api.ts";
import { propertyRoutes } from "./metadef/property.api.ts";
import { resourceTypeRoutes } from "./metadef/resource-type.api.ts";
import { tagRoutes } from "./metadef/tag.api.ts";
import { imageOffer } from "./offer.ts";
import { dropBytes } from "./place/drop-bytes.saga.ts";
import { storeRoutes } from "./place/store.api.ts";
import { rootRoutes } from "./root/root.api.ts";
import { schemaRoutes } from "./schema/schema.api.ts";
import { taskRoutes } from "./task/task.api.ts";
import { versions } from "./versions.ts";

export const image = service<ImageScope>({
  type: "image",
  mounts: ["/image"],
  root: "/v2",
  versions,
  routes: [
    ...rootRoutes,
    ...imageRoutes,
    ...updateRoutes,
    ...imageTagRoutes,
    ...actionRoutes,
    ...fileRoutes,
    ...importRoutes,
    ...locationRoutes,
    ...storeRoutes,
    ...taskRoutes,
    ...cacheRoutes,
    ...memberRoutes,
    ...namespaceRoutes,
    ...objectRoutes,
    ...propertyRoutes,
    ...tagRoutes,
    ...resourceTypeRoutes,
    ...schemaRoutes,
    ...infoRoutes,
  ],
  sagas: [dropBytes, importImage, copyToStore, importEnd, addLocation, readLocation, cacheImage, dropCached],
  loops: [uploadSweep, scrub, calledOff, cacheSweep],
  migrations: new URL("./migrations/", import.meta.url),
  offer: { image: imageOffer },
  tells: ["image.uploaded", "image.deleted"],
  foreign: 403,
  error: errorBody,
  leftovers: listOrphans,
});
