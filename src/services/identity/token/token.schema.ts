import { type TSchema, Type } from "typebox";
import { expecting } from "../errors.ts";
import { held, loose, maybe } from "../shapes.schema.ts";

/** By id; or by name, within a domain by its id or name. */
export interface Which {
  readonly id?: string;
  readonly name?: string;
  readonly domain?: { readonly id?: string; readonly name?: string };
}
export interface AskedScope {
  readonly project?: Which;
  readonly domain?: { readonly id?: string; readonly name?: string };
  readonly system?: { readonly all?: boolean };
  readonly unscoped?: object;
  readonly "OS-TRUST:trust"?: { readonly id?: string };
}
export interface Login {
  readonly auth: {
    readonly identity: { readonly methods: readonly string[]; readonly [method: string]: unknown };
    readonly scope?: AskedScope | "unscoped";
  };
}

const str = Type.String();
const domain = loose({ id: maybe(str), name: maybe(str) });
export const whichShape = { id: maybe(str), name: maybe(str), domain: maybe(domain) };
const scope = loose({
  project: maybe(loose(whichShape)),
  domain: maybe(domain),
  system: maybe(loose({ all: maybe(Type.Boolean()) })),
  "OS-TRUST:trust": maybe(loose({ id: maybe(str) })),
});

/** A login by any of these methods. */
export function loginBody(methods: readonly { readonly name: string; readonly shape: TSchema }[]) {
  const shapes = Object.fromEntries(methods.map(({ name, shape }) => [name, maybe(shape)]));
  const identity = loose({ ...shapes, methods: Type.Array(str) });
  return held<Login>(loose({ auth: loose({ identity, scope: maybe(Type.Union([str, scope])) }) }));
}

/** How a user or a project is named in a login. */
export function which({ id, name, domain }: Which, what: string) {
  if (id) return { id };
  if (!name) throw expecting("id or name", what);
  if (!domain?.id && !domain?.name) throw expecting("domain", what);
  return { name, domain };
}
