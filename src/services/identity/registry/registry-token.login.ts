import type { AskedScope, Login } from "../token/token.schema.ts";

/** Who asks for a registry's token: a name (or a word) and its secret. */
export interface Client {
  readonly name: string;
  readonly secret: string;
}
/** The name under which a token of this cloud is shown as a password. */
export const TOKEN_USER = "token";
/** Bearers that a registry's clients are given live for so many seconds at most. */
export const BEARER_LIFETIME = 900;

/** RFC 7617. */
export function basicOf(authorization: string | undefined): Client | undefined {
  const basic = /^Basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (!basic) return undefined;
  const text = Buffer.from(basic, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon > 0 ? { name: text.slice(0, colon), secret: text.slice(colon + 1) } : undefined;
}

/** The project that scopes name ("repository:demo/web/front:pull,push"): of several the first that is pushed to. */
export function projectOf(scopes: readonly string[]): AskedScope | undefined {
  const all = scopes
    .flatMap((it) => it.split(" "))
    .map((it) => /^repository(?:\([a-z0-9]+\))?:([^/:]+)\/.*:([a-z,*]*)$/.exec(it))
    .filter((it) => it !== null);
  const named = (all.find(([, , actions]) => actions?.includes("push")) ?? all[0])?.[1];
  if (named === undefined) return undefined;
  return { project: isId(named) ? { id: named } : { name: named, domain: { id: "default" } } };
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** "alice@lab" may be alice of the domain lab, or a user of the default domain who is called so. */
export function userAndDomain(name: string): { readonly name: string; readonly domain: string } | undefined {
  const at = name.lastIndexOf("@");
  return at > 0 && at < name.length - 1 ? { name: name.slice(0, at), domain: name.slice(at + 1) } : undefined;
}

export function byPassword(user: object, password: string, scope: AskedScope | undefined): Login {
  return loginBy("password", { user: { ...user, password } }, scope);
}

/** Its project goes with it. */
export function byApplicationCredential({ name: id, secret }: Client): Login {
  return loginBy("application_credential", { id, secret }, undefined);
}

export function byToken(id: string, scope: AskedScope | undefined): Login {
  return loginBy("token", { id }, scope);
}

function loginBy(method: string, said: object, scope: AskedScope | undefined): Login {
  return { auth: { identity: { methods: [method], [method]: said }, ...(scope && { scope }) } };
}
