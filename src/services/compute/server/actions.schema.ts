import { type TSchema, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { name } from "../words.ts";

const optional = Type.Optional;
const strict = { additionalProperties: false };

/** The body of an action: one key, and what stands under it. */
function only<K extends string>(key: K, value: TSchema) {
  return Type.Object({ [key]: value }, strict);
}

/** Actions that say nothing but their name. */
export function bare(key: string) {
  return shapes<Record<string, unknown>>({ "2.1": only(key, Type.Unknown()) });
}

export interface Reboot {
  reboot: { type: string };
}
const kind = Type.String({ pattern: "^([Hh][Aa][Rr][Dd]|[Ss][Oo][Ff][Tt])$" });
export const rebootBody = shapes<Reboot>({ "2.1": only("reboot", Type.Object({ type: kind }, strict)) });

export interface ConsoleOutput {
  "os-getConsoleOutput": { length?: number | string | null } | null;
}
const length = Type.Unsafe<number | string | null>({
  type: ["integer", "string", "null"],
  pattern: "^(-1|[0-9]+)$",
  minimum: -1,
});
export const consoleBody = shapes<ConsoleOutput>({
  "2.1": only("os-getConsoleOutput", Type.Union([Type.Object({ length: optional(length) }, strict), Type.Null()])),
});

export interface Lock {
  lock: { locked_reason?: string } | null;
}
const reason = Type.Object({ locked_reason: optional(Type.String({ minLength: 1, maxLength: 255 })) }, strict);
export const lockBody = shapes<Lock>({
  "2.1": only("lock", Type.Unknown()),
  "2.73": only("lock", Type.Union([reason, Type.Null()])),
});

export interface ResetState {
  "os-resetState": { state: "active" | "error" };
}
const state = Type.Union([Type.Literal("active"), Type.Literal("error")]);
export const resetBody = shapes<ResetState>({ "2.1": only("os-resetState", Type.Object({ state }, strict)) });

export interface AddGroup {
  addSecurityGroup: { name: string };
}
export interface RemoveGroup {
  removeSecurityGroup: { name: string };
}
const group = Type.Object({ name }, strict);
export const addGroupBody = shapes<AddGroup>({ "2.1": only("addSecurityGroup", group) });
export const removeGroupBody = shapes<RemoveGroup>({ "2.1": only("removeSecurityGroup", group) });
