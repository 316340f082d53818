import { Type } from "typebox";
import { shapes, type Version } from "#platform/api/versions.ts";
import { type Flag, flag, whole } from "../words.ts";
import { classResourcesAt, resourcesAt } from "./quota.ts";

export type AskedLimits = Record<string, number | string>;
export interface UpdateQuota {
  quota_set: AskedLimits & { force?: Flag };
}
export interface UpdateClass {
  quota_class_set: AskedLimits;
}
export interface OfUser {
  user_id?: string;
}

const strict = { additionalProperties: false };
const user = { user_id: Type.Optional(Type.String()) };

export const updateBody = shapes<UpdateQuota>({
  "2.1": ofProject("2.1"),
  "2.36": ofProject("2.36"),
  "2.57": ofProject("2.57"),
});
export const updateClassBody = shapes<UpdateClass>({
  "2.1": ofClass("2.1"),
  "2.50": ofClass("2.50"),
  "2.57": ofClass("2.57"),
});
export const userQuery = shapes<OfUser>({
  "2.1": Type.Object(user, { additionalProperties: true }),
  "2.75": Type.Object(user, strict),
});

function ofProject(v: Version) {
  const fields = { ...limits(resourcesAt(v)), force: Type.Optional(flag) };
  return Type.Object({ quota_set: Type.Object(fields, strict) }, strict);
}

function ofClass(v: Version) {
  return Type.Object({ quota_class_set: Type.Object(limits(classResourcesAt(v)), strict) }, strict);
}

function limits(resources: readonly string[]) {
  return Object.fromEntries(resources.map((it) => [it, Type.Optional(whole(-1))]));
}
