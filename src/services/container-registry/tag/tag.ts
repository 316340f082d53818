/** A name of a manifest within its repository. */
export interface Tag {
  readonly projectId: string;
  readonly repository: string;
  readonly name: string;
  readonly digest: string;
  readonly updatedAt: string;
}

export function isTag(text: string): boolean {
  return /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(text);
}

export interface Asked {
  /** How many at most; all where nothing is said. */
  readonly n: number | undefined;
  readonly last: string | undefined;
}

/** What comes after `last` of names, in the order of their characters; `next` where there is more. */
export function pageOf(names: readonly string[], { n, last }: Asked) {
  const after = [...new Set(names)].filter((it) => last === undefined || it > last).sort();
  const page = n === undefined ? after : after.slice(0, n);
  return { page, next: page.length > 0 && page.length < after.length ? page.at(-1) : undefined };
}
