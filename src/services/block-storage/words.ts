/** Times as Cinder writes them: in UTC, without a zone, with microseconds. */
export function stamp(iso: string): string;
export function stamp(iso: string | null): string | null;
export function stamp(iso: string | null): string | null {
  return iso && `${new Date(iso).toISOString().slice(0, -1)}000`;
}

export interface Linking {
  /** The service's versioned root: http://host:5000/volume/v3 */
  readonly url: string;
  readonly projectId: string | undefined;
}

/** The links of one resource to itself, with and without the version. */
export function links({ url, projectId }: Linking, path: string) {
  const below = `${projectId ? `/${projectId}` : ""}/${path}`;
  return [
    { rel: "self", href: `${url}${below}` },
    { rel: "bookmark", href: `${url.replace(/\/v3$/, "")}${below}` },
  ];
}
