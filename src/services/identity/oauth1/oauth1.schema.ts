import { Type } from "typebox";
import { held, id, loose, maybe, name, text, wrapped } from "../shapes.schema.ts";

export interface ConsumerFields {
  readonly description?: string | null;
}
export const createConsumer = wrapped<{ consumer: ConsumerFields }>("consumer", { description: maybe(text) });
export const changeConsumer = createConsumer;

export interface Authorize {
  readonly roles: readonly { readonly id?: string; readonly name?: string }[];
}
const role = Type.Union([
  Type.Object({ id, name: maybe(name) }, { additionalProperties: false }),
  Type.Object({ name, id: maybe(id) }, { additionalProperties: false }),
]);
export const authorize = held<Authorize>(loose({ roles: Type.Array(role) }));
