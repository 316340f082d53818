import { Type } from "typebox";
import { held, loose, maybe, text } from "../shapes.schema.ts";

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
}
export interface Login {
  readonly auth: {
    readonly identity: {
      readonly methods: readonly string[];
      readonly password?: { readonly user: Which & { readonly password?: string } };
      readonly token?: { readonly id: string };
    };
    readonly scope?: AskedScope | "unscoped";
  };
}

const str = Type.String();
const domain = loose({ id: maybe(str), name: maybe(str) });
const which = { id: maybe(str), name: maybe(str), domain: maybe(domain) };
const scope = loose({
  project: maybe(loose(which)),
  domain: maybe(domain),
  system: maybe(loose({ all: maybe(Type.Boolean()) })),
});

export const loginBody = held<Login>(
  loose({
    auth: loose({
      identity: loose({
        methods: Type.Array(str),
        password: maybe(loose({ user: loose({ ...which, password: maybe(text) }) })),
        token: maybe(loose({ id: str })),
      }),
      scope: maybe(Type.Union([str, scope])),
    }),
  }),
);
