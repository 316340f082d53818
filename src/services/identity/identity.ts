/** How long a token is valid, in seconds. */
export const TOKEN_LIFETIME = 12 * 3600;

/** The kind of a 404 that everybody may see: there is nothing to be learnt from it. */
export const UNVEILED = "unveiled";

/** Free attributes of a resource, in the client's own words. */
export type Extra = Readonly<Record<string, unknown>>;

/** A query string: repeated keys are lists. */
export type Filters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Which part of a list is asked for. */
export function pageOf({ limit, marker }: Filters): { readonly limit?: number; readonly marker?: string } {
  const [size, from] = [Number([limit ?? 0].flat().at(-1)), [marker ?? []].flat().at(-1)];
  return { ...(Number.isInteger(size) && size > 0 && { limit: size }), ...(from !== undefined && { marker: from }) };
}

/** Identity's ids are 32 hexadecimal digits. */
export function hexId(uuid: string): string {
  return uuid.replaceAll("-", "");
}

/** A moment some seconds after another, as ISO text. */
export function after(iso: string, seconds: number): string {
  return new Date(Date.parse(iso) + seconds * 1000).toISOString();
}

/** What a body says beside the named fields. */
export function extraOf(body: object, named: readonly string[]): Extra {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !named.includes(key)));
}

/** Options after a change: null takes one away. */
export function optionsAfter(before: Extra, asked: Extra | undefined): Extra | undefined {
  if (!asked) return undefined;
  return Object.fromEntries(Object.entries({ ...before, ...asked }).filter(([, value]) => value !== null));
}

/** Without what is undefined: a change holds only what was asked for. */
export function defined<T extends object>(it: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(it).filter(([, value]) => value !== undefined)) as never;
}
