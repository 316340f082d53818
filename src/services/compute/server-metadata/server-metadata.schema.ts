import { type TProperties, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { textMap } from "../words.ts";

export interface MetadataBody {
  metadata: Record<string, string>;
}
export const metadataBody = shapes<MetadataBody>({ "2.1": object({ metadata: textMap() }) });

export interface ItemBody {
  meta: Record<string, string>;
}
export const itemBody = shapes<ItemBody>({
  "2.1": object({ meta: textMap(undefined, { minProperties: 1, maxProperties: 1 }) }),
});

function object(fields: TProperties) {
  return Type.Object(fields, { additionalProperties: false });
}
