import { Refused } from "#platform/service/driver.ts";
import type { ImageDriver } from "../driver.ts";

/** Of each URL: how large it is (null: unknown), or why it cannot be a location. */
export type Judged = ReadonlyMap<string, { readonly sizeBytes: number | null } | { readonly refused: string }>;

/** Looks at all URLs within a body, as far as they are there to be looked at. */
export async function judgeUrls(driver: ImageDriver, body: unknown): Promise<Judged> {
  const found = new Map<string, { sizeBytes: number | null } | { refused: string }>();
  for (const url of new Set(urlsIn(body))) found.set(url, await judge(driver, url));
  return found;
}

const most = 20;

function urlsIn(it: unknown): string[] {
  if (typeof it !== "object" || it === null) return [];
  const own = "url" in it && typeof it.url === "string" ? [it.url] : [];
  return [...own, ...Object.values(it).flatMap(urlsIn)].slice(0, most);
}

async function judge({ web }: ImageDriver, url: string) {
  try {
    if (!web) throw new Refused("This cloud knows no locations outside.");
    const { bytes, sizeBytes } = await web.open(url);
    bytes.destroy();
    return { sizeBytes };
  } catch (why) {
    if (why instanceof Refused) return { refused: why.message };
    throw why;
  }
}
