import { type TProperties, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";

export interface AttachInterface {
  interfaceAttachment?: {
    net_id?: string;
    port_id?: string;
    fixed_ips?: [{ ip_address: string }];
    tag?: string;
  };
}

const uuid = Type.Optional(Type.String({ pattern: "^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$" }));
const ip = Type.String({ pattern: "^((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}$|^[0-9a-fA-F]*:[0-9a-fA-F:.]*$" });
const address = Type.Object({ ip_address: ip }, { additionalProperties: false });
const fixed_ips = Type.Optional(Type.Array(address, { minItems: 1, maxItems: 1 }));
const tag = Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: "^[^,/]*$" }));
const fields = { net_id: uuid, port_id: uuid, fixed_ips };

export const attachBody = shapes<AttachInterface>({
  "2.1": inAttachment(fields),
  "2.49": inAttachment({ ...fields, tag }),
});

function inAttachment(of: TProperties) {
  const interfaceAttachment = Type.Optional(Type.Object(of, { additionalProperties: false }));
  return Type.Object({ interfaceAttachment }, { additionalProperties: false });
}
