import type { Store } from "#services/image/driver.ts";
import type { ByteStore } from "./store.ts";

/** A store whose library is loaded when it is first asked something. */
export function lazyStore(about: Store, open: () => Promise<ByteStore>): ByteStore {
  let opened: Promise<ByteStore> | undefined;
  const it = () => {
    opened ??= open();
    return opened;
  };
  const url = `${about.type}://${about.id}/`;
  return {
    about,
    put: async (...given) => (await it()).put(...given),
    open: async (...given) => (await it()).open(...given),
    size: async (key) => (await it()).size(key),
    delete: async (key) => (await it()).delete(key),
    locate: async (key) => (await it()).locate(key),
    keyOf: (path) => (path.startsWith(url) ? path.slice(url.length) : undefined),
    traces: async () => (await it()).traces(),
  };
}
