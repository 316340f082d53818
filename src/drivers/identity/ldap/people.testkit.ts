import { SUFFIX } from "./slapd.testkit.ts";

const people = `ou=people,${SUFFIX}`;
const groups = `ou=groups,${SUFFIX}`;

export const personDn = (uid: string) => `uid=${escaped(uid)},${people}`;
export const groupDn = (cn: string) => `cn=${escaped(cn)},${groups}`;

/** One user; the name is the uid, unless another is given. */
export function person(uid: string, more: Readonly<Record<string, string>> = {}): string {
  const values = { uid, cn: uid, sn: uid, userPassword: `${uid}'s`, ...more };
  return ldif(personDn(uid), ["inetOrgPerson"], Object.entries(values));
}

export function group(cn: string, members: readonly string[], more: Readonly<Record<string, string>> = {}): string {
  const all = members.map((dn) => ["member", dn] as const);
  return ldif(groupDn(cn), ["groupOfNames"], [["cn", cn], ...all, ...Object.entries(more)]);
}

export function posixGroup(cn: string, uids: readonly string[]): string {
  const all = uids.map((uid) => ["memberUid", uid] as const);
  return ldif(groupDn(cn), ["posixGroup"], [["cn", cn], ["gidNumber", "100"], ...all]);
}

/** Values as base64: they may be anything. */
export function ldif(dn: string, classes: readonly string[], values: readonly (readonly [string, string])[]): string {
  const lines = [...classes.map((one) => ["objectClass", one] as const), ...values];
  return [`dn:: ${base64(dn)}`, ...lines.map(([key, value]) => `${key}:: ${base64(value)}`), "", ""].join("\n");
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function escaped(value: string): string {
  return value.replace(/[\\,+"<>;=#]/g, (c) => `\\${c.charCodeAt(0).toString(16)}`).replace(/^ | $/g, "\\20");
}
