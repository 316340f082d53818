import { Readable } from "node:stream";
import { Refused } from "#platform/service/driver.ts";
import type { Web } from "#services/image/driver.ts";

/** A web of one host: http://web.example/7 is seven bytes, and there is nothing else. */
export function simulatedWeb(): Web {
  const lengthOf = (url: string): number => {
    const { hostname, pathname } = new URL(url);
    const length = pathname.match(/^\/(\d{1,7})$/)?.[1];
    if (hostname !== "web.example" || length === undefined)
      throw new Refused(`There is no ${url} in the simulated web.`);
    return Number(length);
  };
  return {
    judge(url) {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
        throw new Refused(`URI does not pass filtering: ${url}`);
    },
    async open(url, { signal } = {}) {
      signal?.throwIfAborted();
      this.judge(url);
      const sizeBytes = lengthOf(url);
      return { bytes: Readable.from([Buffer.alloc(sizeBytes, "web")], { objectMode: false }), sizeBytes };
    },
  };
}
