import { own } from "#platform/api/own.ts";
import type { ArtifactType } from "../type/field.ts";

/** That one artifact depends on another. */
export interface Link {
  readonly artifactId: string;
  readonly targetId: string;
}
/** A reference to an artifact, as it stands in a field. */
export interface Reference {
  readonly field: string;
  readonly link: string;
  readonly typeName: string;
  readonly id: string;
}

const external = /^https?:\/\//i;

/** "/artifacts/<type>/<id>": the artifact that is meant; undefined where it is outside. Throws an Error for anything else. */
export function readLink(link: string, field: string): Reference | undefined {
  if (external.test(link) && URL.canParse(link)) return undefined;
  const [nothing, root, typeName, id, ...more] = link.split("/");
  if (nothing === "" && root === "artifacts" && typeName && id && more.length === 0)
    return { field, link, typeName, id };
  throw new Error(
    `Link ${link} is not valid in field ${field}. The link must be either valid url or reference to artifact. Example: /artifacts/<artifact_type>/<artifact_id>`,
  );
}

/** All artifacts that an artifact's fields refer to. */
export function referencesIn({ fields }: ArtifactType, values: Readonly<Record<string, unknown>>): Reference[] {
  const links = Object.entries(fields).filter(([, { kind }]) => kind === "Link");
  return links.flatMap(([name]) => textsIn(own(values, name)).flatMap((link) => readLink(link, name) ?? []));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
