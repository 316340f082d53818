import { service, type World } from "#platform/service/kit.ts";
import type { Trace } from "#platform/service/trace.ts";
import { errorBody } from "./error.ts";
import { dropBytes } from "./image/drop-bytes.saga.ts";
import { fileRoutes } from "./image/file.api.ts";
import { imageRoutes } from "./image/image.api.ts";
import { listUploadIds } from "./image/image.store.ts";
import { importRoutes } from "./image/import.api.ts";
import { uploadSweep } from "./image/uploads.loop.ts";
import { infoRoutes } from "./info/info.api.ts";
import type { ImageScope } from "./kit.ts";
import { memberRoutes } from "./member/member.api.ts";
import { namespaceRoutes } from "./metadef/namespace.api.ts";
import { objectRoutes } from "./metadef/object.api.ts";
import { propertyRoutes } from "./metadef/property.api.ts";
import { resourceTypeRoutes } from "./metadef/resource-type.api.ts";
import { tagRoutes } from "./metadef/tag.api.ts";
import { imageOffer } from "./offer.ts";
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
  sagas: [dropBytes],
  loops: [uploadSweep],
  migrations: new URL("./migrations/", import.meta.url),
  offer: { image: imageOffer },
  tells: ["image.uploaded", "image.deleted"],
  foreign: 403,
  error: errorBody,
  leftovers,
});

async function leftovers({ db, driver }: World<ImageScope>): Promise<readonly Trace[]> {
  const traces = await driver.traces();
  const wanted = await listUploadIds(db);
  return traces.filter(({ subject }) => !wanted.has(subject));
}
