import type { Actor, Target } from "../api/rules.ts";

/** What the policy said to a request, and to others like it. */
export interface Decision {
  readonly service: string;
  /** "GET /users/{id}" */
  readonly route: string;
  readonly rule: string;
  readonly actor: Actor;
  readonly target: Target;
  readonly allowed: boolean;
  readonly times: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** Of who asks only what rules can ask about: no names, nothing of the token. */
export function actorKept({ userId, userDomainId, projectId, projectDomainId, domainId, system, roles }: Actor): Actor {
  return { userId, userName: "", userDomainId, projectId, projectDomainId, domainId, system, roles };
}

const LONGEST = 64;
const MOST = 40;
const telling = /^(id|\w+Id|owner|visibility|type)$/;

/** Of what it is about only what rules compare, two levels deep: whose it is, and flags. Nothing that could be a secret. */
export function targetKept(target: Target): Target {
  const room = { left: MOST };
  return kept(target, 2, room) as Target;
}

function kept(it: object, depth: number, room: { left: number }): object {
  const fields: [string, unknown][] = [];
  for (const [key, value] of Object.entries(it)) {
    if (room.left <= 0) break;
    if (isPlain(value) && depth > 0) fields.push([key, kept(value, depth - 1, room)]);
    if (typeof value !== "boolean" && !(telling.test(key) && isWord(value))) continue;
    room.left -= 1;
    fields.push([key, value]);
  }
  return Object.fromEntries(fields);
}

function isPlain(it: unknown): it is object {
  return typeof it === "object" && it !== null && !Array.isArray(it) && !(it instanceof Date) && !Buffer.isBuffer(it);
}

function isWord(it: unknown): boolean {
  return it === null || (typeof it === "string" && it.length <= LONGEST);
}
