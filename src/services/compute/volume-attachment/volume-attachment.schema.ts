import { type TProperties, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { type Flag, flag } from "../words.ts";

const uuid = Type.String({ pattern: "^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$" });
const device = Type.Optional(
  Type.Unsafe<string | null>({ type: ["string", "null"], pattern: "^/dev/x?[a-z]?d?[a-z]+[0-9]*$" }),
);
const tag = Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: "^[^,/]*$" }));
const termination = Type.Optional(flag);

export interface Attach {
  volumeAttachment: { volumeId: string; device?: string | null; tag?: string; delete_on_termination?: Flag };
}
export const attachBody = shapes<Attach>({
  "2.1": inAttachment({ volumeId: uuid, device }),
  "2.49": inAttachment({ volumeId: uuid, device, tag }),
  "2.79": inAttachment({ volumeId: uuid, device, tag, delete_on_termination: termination }),
});

export interface Swap {
  volumeAttachment: { volumeId: string };
}
export const swapBody = shapes<Swap>({ "2.1": inAttachment({ volumeId: uuid }) });

export interface Change {
  volumeAttachment: Attach["volumeAttachment"] & { id?: string; serverId?: string };
}
export const changeBody = shapes<Change>({
  "2.85": inAttachment({
    volumeId: uuid,
    device,
    tag,
    delete_on_termination: termination,
    serverId: Type.Optional(uuid),
    id: Type.Optional(uuid),
  }),
});

export interface ListAttachments {
  limit?: string;
  offset?: string;
}
const digits = Type.Optional(Type.String({ pattern: "^[0-9]+$" }));
const list = { limit: digits, offset: digits };
export const listQuery = shapes<ListAttachments>({
  "2.1": Type.Object(list, { additionalProperties: true }),
  "2.75": Type.Object(list, { additionalProperties: false }),
});

function inAttachment(fields: TProperties) {
  const volumeAttachment = Type.Object(fields, { additionalProperties: false });
  return Type.Object({ volumeAttachment }, { additionalProperties: false });
}
