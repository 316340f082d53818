import { Type } from "typebox";
import { wrapped } from "../shapes.ts";
export type Limits = Readonly<Record<string, number | string>>;

const limit = Type.Unknown();
const limits = Type.Record(Type.String(), limit, { minProperties: 1 });

export const quotaSetBody = wrapped<{ quota_set: Readonly<Record<string, unknown>> }>("quota_set", limits);
export const quotaClassBody = wrapped<{ quota_class_set: Readonly<Record<string, unknown>> }>(
  "quota_class_set",
  limits,
);
