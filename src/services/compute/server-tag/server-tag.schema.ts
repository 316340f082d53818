import { Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { mostTags } from "./server-tag.ts";

export interface TagsBody {
  tags: string[];
}

const tag = Type.String({ minLength: 1, maxLength: 60, pattern: "^[^,/]*$" });
const tags = Type.Array(tag, { maxItems: mostTags });

export const tagsBody = shapes<TagsBody>({ "2.26": Type.Object({ tags }, { additionalProperties: false }) });
