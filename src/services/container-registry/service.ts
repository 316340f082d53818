import { service } from "#platform/service/kit.ts";
import { blobRoutes } from "./blob/blob.api.ts";
import { dropBytes } from "./blob/drop-bytes.saga.ts";
import { garbage, listOrphans } from "./blob/garbage.loop.ts";
import { errorBody } from "./error.ts";
import { arrivals } from "./image/arrivals.loop.ts";
import { forgetDigest } from "./image/image-digest.learn.ts";
import type { RegistryScope } from "./kit.ts";
import { manifestRoutes } from "./manifest/manifest.api.ts";
import { inOnePart } from "./repository/repository.ts";
import { challenge, signIn } from "./root/challenge.ts";
import { rootRoutes } from "./root/root.api.ts";
import { tagRoutes } from "./tag/tag.api.ts";
import { uploadRoutes } from "./upload/upload.api.ts";
import { uploadSweep } from "./upload/uploads.loop.ts";
import { versions } from "./versions.ts";

/** OCI distribution 1.1: https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md */
export const containerRegistry = service<RegistryScope>({
  type: "container-registry",
  mounts: [""],
  root: "/v2",
  slashAtEnd: "ignored",
  rewrite: inOnePart,
  versions,
  routes: [...rootRoutes, ...tagRoutes, ...blobRoutes, ...uploadRoutes, ...manifestRoutes],
  sagas: [dropBytes],
  listeners: [forgetDigest],
  loops: [uploadSweep, garbage, arrivals],
  migrations: new URL("./migrations/", import.meta.url),
  tells: [],
  headers: { "docker-distribution-api-version": "registry/2.0" },
  challenge,
  signIn,
  error: errorBody,
  leftovers: listOrphans,
});
