import { Type } from "typebox";
import { held, loose } from "../shapes.schema.ts";

/** What is in it is judged by the options themselves: the refusals of the real service speak of them. */
export const configBody = held<{ readonly config?: unknown }>(loose({ config: Type.Optional(Type.Unknown()) }));
