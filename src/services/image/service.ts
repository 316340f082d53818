import { service } from "#platform/service/kit.ts";
import { errorBody } from "./error.ts";
import { fileRoutes } from "./image/file.api.ts";
import { imageRoutes } from "./image/image.api.ts";
import { importRoutes } from "./image/import.api.ts";
import { importImage } from "./image/import.saga.ts";
import { listOrphans, uploadSweep } from "./image/uploads.loop.ts";
import { infoRoutes } from "./info/info.api.ts";
import type { ImageScope } from "./kit.ts";
import { memberRoutes } from "./member/member.api.ts";
import { namespaceRoutes } from "./metadef/namespace.api.ts";
import { objectRoutes } from "./metadef/object.api.ts";
import { propertyRoutes } from "./metadef/property.api.ts";
import { resourceTypeRoutes } from "./metadef/resource-type.api.ts";
import { tagRoutes } from "./metadef/tag.api.ts";
import { imageOffer } from "./offer.ts";
import { dropBytes } from "./place/drop-bytes.saga.ts";
import { rootRoutes } from "./root/root.api.ts";
import { schemaRoutes } from "./schema/schema.api.ts";
import { versions } from "./versions.ts";

export const image = service<ImageScope>({
  type: "image",
  mounts: ["/image"],
  root: "/v2",
  versions,
  routes: [
    ...rootRoutes,
    ...imageRoutes,
    ...fileRoutes,
    ...importRoutes,
    ...memberRoutes,
    ...namespaceRoutes,
    ...objectRoutes,
    ...propertyRoutes,
    ...tagRoutes,
    ...resourceTypeRoutes,
    ...schemaRoutes,
    ...infoRoutes,
  ],
  sagas: [dropBytes, importImage],
  loops: [uploadSweep],
  migrations: new URL("./migrations/", import.meta.url),
  offer: { image: imageOffer },
  tells: ["image.uploaded", "image.deleted"],
  foreign: 403,
  error: errorBody,
  leftovers: listOrphans,
});
