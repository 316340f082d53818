import { Type } from "typebox";
import { always, flag, maybe, name, orNull, specs, strict, text, wrapped } from "../shapes.ts";

export type Specs = Readonly<Record<string, string | null>>;
export interface CreateType {
  readonly volume_type: {
    readonly name: string;
    readonly description?: string | null;
    readonly extra_specs?: Specs | null;
    readonly "os-volume-type-access:is_public"?: boolean | string;
  };
}
export interface UpdateType {
  readonly volume_type: {
    readonly name?: string | null;
    readonly description?: string | null;
    readonly is_public?: boolean | string | null;
  };
}

export const createBody = wrapped<CreateType>(
  "volume_type",
  strict({
    name,
    description: maybe(text),
    extra_specs: maybe(orNull(specs)),
    "os-volume-type-access:is_public": maybe(flag),
  }),
);
export const updateBody = wrapped<UpdateType>(
  "volume_type",
  strict({
    name: maybe(orNull(Type.String({ maxLength: 255 }))),
    description: maybe(text),
    is_public: maybe(orNull(flag)),
  }),
);
export const specsBody = wrapped<{ extra_specs: Specs }>("extra_specs", specs);
export const specBody = always<Specs>(Type.Intersect([specs, Type.Object({}, { minProperties: 1, maxProperties: 1 })]));
const project = strict({ project: name });
export const addAccessBody = wrapped<{ addProjectAccess: { project: string } }>("addProjectAccess", project);
export const removeAccessBody = wrapped<{ removeProjectAccess: { project: string } }>("removeProjectAccess", project);
export const defaultBody = wrapped<{ default_type: { volume_type: string } }>(
  "default_type",
  strict({ volume_type: name }),
);
