import { Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { type PageQuery, pageQuery } from "../words.ts";

export interface ListActions extends PageQuery {
  "changes-since"?: string;
  "changes-before"?: string;
}

const moment = Type.Optional(
  Type.String({
    pattern: "^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}(:?\\d{2}(:?\\d{2}([.,]\\d+)?)?)?)?(Z|[+-]\\d{2}(:?\\d{2})?)?$",
  }),
);
const since = { ...pageQuery, "changes-since": moment };

export const listQuery = shapes<ListActions>({
  "2.1": Type.Object({}, { additionalProperties: true }),
  "2.58": Type.Object(since, { additionalProperties: false }),
  "2.66": Type.Object({ ...since, "changes-before": moment }, { additionalProperties: false }),
});
