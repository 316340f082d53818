import { hash } from "node:crypto";
import type { Answer, Cloud } from "../cloud.ts";
import { fresh, type Make } from "./deed.ts";

const nothing: Answer = { status: 200, body: undefined, text: "" };

/** Bytes that nobody else has are kept, and go with what holds them: `keep` says where they are asked for and dropped. */
function kept(name: string, saga: string, keep: (cloud: Cloud, bytes: Buffer) => Promise<string>): Make {
  return async (cloud) => {
    let path = "";
    return {
      name,
      there: {
        sagas: [],
        async ask() {
          path = await keep(cloud, Buffer.alloc(2 ** 20, `the bytes of ${fresh(name)}; `));
          return nothing;
        },
        look: async () => "done",
      },
      back: {
        sagas: [saga],
        ask: () => cloud.call("DELETE", path),
        async look() {
          const { status } = await cloud.call("GET", path);
          if (status !== 404) throw new Error(`it is still there: ${status}`);
          return "done";
        },
      },
    };
  };
}

export const artifacts = kept("an artifact goes", "artifact.blob.drop-bytes", async (cloud, bytes) => {
  const path = "/artifact/artifacts/packages";
  const { id } = await cloud.must("POST", path, { name: fresh("package") });
  await cloud.must("PUT", `${path}/${id}/package`, bytes);
  return `${path}/${id}`;
});

export const layers = kept("a layer goes", "container-registry.blob.drop-bytes", async (cloud, bytes) => {
  const digest = `sha256:${hash("sha256", bytes)}`;
  await cloud.must("POST", `/v2/demo/chaos/blobs/uploads/?digest=${digest}`, bytes);
  return `/v2/demo/chaos/blobs/${digest}`;
});
