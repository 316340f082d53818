/** Where whoever has no token gets one, and for what: https://distribution.github.io/distribution/spec/auth/token/ */
export function challenge({ origin, method, url }: { origin: string; method: string; url: string }): string {
  const scope = scopeOf(method, url);
  const words = { realm: `${origin}/v3/registry/token`, service: "crunch", ...(scope && { scope }) };
  return `Bearer ${Object.entries(words)
    .map(([key, word]) => `${key}="${word}"`)
    .join(",")}`;
}

/** The same place, for whoever comes with a name and a password at once. */
export function signIn({ method, url }: { method: string; url: string }) {
  const scope = scopeOf(method, url);
  const query: Record<string, string> = scope === undefined ? {} : { scope };
  return { path: "/v3/registry/token", query };
}

function scopeOf(method: string, url: string): string | undefined {
  const [path = ""] = url.split("?");
  if (path === "/v2/_catalog") return "registry:catalog:*";
  const name = /^\/v2\/([a-z0-9._/-]+)\/(?:blobs|manifests|tags|referrers)\//.exec(path)?.[1];
  const isPull = method === "GET" || method === "HEAD";
  return name && `repository:${name.replace(/\/blobs$/, "")}:${isPull ? "pull" : "pull,push"}`;
}
