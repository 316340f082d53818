/** A repository, as the rules are asked about it. */
export interface Repository {
  readonly projectId: string;
  /** Its name within the project. */
  readonly repository: string;
  /** Its whole name, as the client has it. */
  readonly name: string;
}
/** Where rows of it are. */
export type Place = Pick<Repository, "projectId" | "repository">;

const part = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const wellFormed = new RegExp(`^${part}(?:/${part})*$`);
const longest = 255;

/** "demo/web/front" is web/front in demo; undefined where the name is not one. */
export function readName(name: string): { readonly project: string; readonly repository: string } | undefined {
  if (name.length > longest || !wellFormed.test(name)) return undefined;
  const [project = "", ...rest] = name.split("/");
  return { project, repository: rest.join("/") };
}

// The name goes up to the last place where it can end: demo/blobs/x/manifests/1 is a manifest of demo/blobs/x.
const ends = [
  /^\/v2\/([^?]+)(\/blobs\/uploads(?:\/[^/?]*)?)$/,
  /^\/v2\/([^?]+)(\/(?:blobs|manifests|referrers)\/[^/?]*|\/tags\/list)$/,
];

/** Names have slashes in them: the routes see them as one part of the path. */
export function inOnePart(url: string): string {
  const [path = "", ...query] = url.split("?");
  const [, name, rest] = ends.map((it) => it.exec(path)).find((it) => it !== null) ?? [];
  return name === undefined ? url : [`/v2/${name.replaceAll("/", "%2F")}${rest}`, ...query].join("?");
}
