import type { Schema } from "../schema/schema.ts";

const proof = {
  type: "object",
  description: "What the bytes there must be.",
  properties: {
    checksum: { type: "string", minLength: 32, maxLength: 32 },
    os_hash_algo: { type: "string", maxLength: 64 },
    os_hash_value: { type: "string", maxLength: 128 },
  },
  additionalProperties: false,
};

export const locationSchema: Schema = {
  name: "image",
  properties: { url: { type: "string", maxLength: 2048 }, metadata: { type: "object" }, validation_data: proof },
  required: ["url", "metadata"],
  additionalProperties: false,
};

/** What says where a queued image's bytes are. */
export const newLocationSchema: Schema = {
  name: "location",
  properties: { url: { type: "string", maxLength: 2048 }, validation_data: { ...proof, type: ["object", "null"] } },
  required: ["url"],
  additionalProperties: false,
};
