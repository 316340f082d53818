import { service } from "#platform/service/kit.ts";
import { artifactRoutes } from "./artifact/artifact.api.ts";
import { updateRoutes } from "./artifact/update.api.ts";
import { blobRoutes } from "./blob/blob.api.ts";
import { dropBytes } from "./blob/drop-bytes.saga.ts";
import { uploadRoutes } from "./blob/upload.api.ts";
import { listOrphans, uploadSweep } from "./blob/uploads.loop.ts";
import { errorBody } from "./error.ts";
import type { ArtifactScope } from "./kit.ts";
import { artifactOffer } from "./offer.ts";
import { quotaRoutes } from "./quota/quota.api.ts";
import { rootRoutes } from "./root/root.api.ts";
import { schemaRoutes } from "./type/schema.api.ts";
import { versions } from "./versions.ts";

export const artifact = service<ArtifactScope>({
  type: "artifact",
  mounts: ["/artifact"],
  root: "",
  versions,
  versionHeader: { name: "artifact" },
  routes: [
    ...rootRoutes,
    ...schemaRoutes,
    ...artifactRoutes,
    ...updateRoutes,
    ...uploadRoutes,
    ...blobRoutes,
    ...quotaRoutes,
  ],
  sagas: [dropBytes],
  loops: [uploadSweep],
  migrations: new URL("./migrations/", import.meta.url),
  offer: { artifact: artifactOffer },
  tells: [],
  foreign: 403,
  error: errorBody,
  leftovers: listOrphans,
});
