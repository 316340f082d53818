import { moment } from "../image/image.view.ts";
import type { Association, Definition, Namespace, ResourceType } from "./namespace.ts";

const root = "/v2/metadefs/namespaces";

/** A namespace without what is in it. */
export function shownNamespace(it: Namespace) {
  return given({
    namespace: it.namespace,
    display_name: it.displayName,
    description: it.description,
    visibility: it.visibility,
    protected: it.protected,
    owner: it.owner,
    ...times(it),
    self: `${root}/${it.namespace}`,
    schema: "/v2/schemas/metadefs/namespace",
  });
}

export interface Within {
  readonly objects: readonly Definition[];
  readonly properties: readonly Definition[];
  readonly tags: readonly Definition[];
  readonly associations: readonly Association[];
}

/** A namespace with all that is in it; names begin as they do on that resource type. */
export function shownWhole(it: Namespace, { objects, properties, tags, associations }: Within, prefix = "") {
  return {
    ...shownNamespace(it),
    ...(associations.length && { resource_type_associations: associations.map(shownAssociation) }),
    ...(objects.length && { objects: objects.map((one) => shownObject(it.namespace, one, prefix)) }),
    ...(properties.length && { properties: shownProperties(properties, prefix) }),
    ...(tags.length && { tags: tags.map(({ name }) => ({ name })) }),
  };
}

export function shownObject(namespace: string, { name, body, ...it }: Definition, prefix = "") {
  const { description, required, properties } = body;
  return given({
    name,
    description,
    required: required && (required as string[]).map((one) => prefix + one),
    properties: properties && prefixed(properties as object, prefix),
    ...times(it),
    self: `${root}/${namespace}/objects/${name}`,
    schema: "/v2/schemas/metadefs/object",
  });
}

function prefixed(properties: object, prefix: string) {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [prefix + key, value]));
}

export function shownProperty({ name, body }: Definition) {
  return { name, ...body };
}

export function shownProperties(properties: readonly Definition[], prefix = "") {
  return Object.fromEntries(properties.map(({ name, body }) => [prefix + name, body]));
}

export function shownTag({ name, ...it }: Definition) {
  return { name, ...times(it) };
}

export function shownAssociation({ name, prefix, propertiesTarget, ...it }: Association) {
  return given({ name, prefix, properties_target: propertiesTarget, ...times(it) });
}

export function shownResourceType({ name, ...it }: ResourceType) {
  return { name, ...times(it) };
}

function times({ createdAt, updatedAt }: { createdAt: string; updatedAt: string }) {
  return { created_at: moment(createdAt), updated_at: moment(updatedAt) };
}

/** What was never said is not shown. */
function given<T extends object>(it: T): T {
  return Object.fromEntries(Object.entries(it).filter(([, value]) => value !== null && value !== undefined)) as T;
}

type Query = Readonly<Record<string, string | string[]>>;

/** Where a list starts, and where its next page is. */
export function pageLinks(path: string, query: Query, next: string | undefined) {
  const { marker: _, ...rest } = query;
  return { first: link(path, rest), ...(next !== undefined && { next: link(path, { ...rest, marker: next }) }) };
}

function link(path: string, query: Query): string {
  const pairs = Object.entries(query).flatMap(([key, values]) => [values].flat().map((value) => [key, value]));
  const text = new URLSearchParams(pairs as [string, string][]).toString();
  return text ? `${path}?${text}` : path;
}
