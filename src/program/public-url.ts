import type { Config } from "#platform/config/config.ts";

/** How clients reach this cloud. */
export function publicUrl({ "public-url": url, listen, port }: Config): string {
  const host = listen === "0.0.0.0" || listen === "::" ? "127.0.0.1" : listen;
  return url ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
