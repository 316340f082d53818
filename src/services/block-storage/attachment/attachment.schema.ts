import { Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { loose, maybe, orNull, strict, uuid, wrapped } from "../shapes.ts";

export type Connector = Readonly<Record<string, unknown>>;
export interface CreateAttachment {
  readonly attachment: {
    readonly volume_uuid: string;
    readonly instance_uuid?: string;
    readonly connector?: Connector | null;
    readonly mode?: "rw" | "ro";
  };
}
export interface UpdateAttachment {
  readonly attachment: { readonly connector: Connector };
}

const fields = {
  volume_uuid: uuid,
  instance_uuid: maybe(uuid),
  connector: maybe(orNull(loose({}))),
};

export const createBody = shapes<CreateAttachment>({
  "3.27": strict({ attachment: strict(fields) }),
  "3.54": strict({ attachment: strict({ ...fields, mode: maybe(Type.Enum(["rw", "ro"])) }) }),
});
export const updateBody = wrapped<UpdateAttachment>(
  "attachment",
  strict({ connector: Type.Object({}, { additionalProperties: true, minProperties: 1 }) }),
);
export const completeBody = wrapped<{ "os-complete": unknown }>("os-complete", Type.Unknown());
