import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "#platform/config/config.ts";
import type { Store, Web } from "#services/image/driver.ts";
import { type ImageStores, imageStores } from "./driver.ts";
import { fileStore } from "./file.ts";
import { lazyStore } from "./lazy.ts";
import { rbdStore } from "./rbd.ts";
import type { ByteStore } from "./store.ts";

type Setting = NonNullable<Settings["image-stores"]>[number];
const keepFreeBytes = 256 * 1024 * 1024;

/** The folder of this program as the store "file", and whatever stores the configuration names beside it. */
export function configuredImages(dir: string, settings: Settings, web?: Web) {
  return imageStores({ ...storesOf(dir, settings["image-stores"] ?? []), ...(web && { web }) });
}

function storesOf(dir: string, named: readonly Setting[]): ImageStores {
  const ids = named.map(({ id }) => id);
  const twice = ids.find((id, n) => id === "file" || ids.indexOf(id) !== n);
  if (twice) throw new Error(`image-stores: there are two stores ${twice}`);
  const chosen = named.filter((it) => it.default);
  if (chosen.length > 1) throw new Error("image-stores: only one store can be the default");
  const own: Store = { id: "file", description: "Files on this host", type: "file", isDefault: chosen.length === 0 };
  const stores = [fileStore({ about: own, dir, keepFreeBytes }), ...named.map(storeOf)];
  return { stores, staging: join(dir, "staging"), near: join(dir, "near"), keepFreeBytes };
}

const says = { file: "A folder", s3: "A bucket", rbd: "A pool of Ceph" };

function storeOf(it: Setting): ByteStore {
  const { id, type, description = says[type], default: isDefault = false } = it;
  const about: Store = { id, type, description, isDefault };
  if (it.type === "file") return fileStore({ about, dir: it.dir, keepFreeBytes });
  if (it.type === "rbd") {
    const { pool, conf = "/etc/ceph/ceph.conf", user = "admin" } = it;
    return rbdStore({ about, pool, conf, user });
  }
  const { endpoint, bucket, prefix = "", region = "us-east-1", "access-key": accessKey } = it;
  const secretKey = readFileSync(it["secret-key-file"], "utf8").trim();
  const given = { about, endpoint, bucket, prefix, region, accessKey, secretKey };
  return lazyStore(about, async () => (await import("./s3.ts")).s3Store(given));
}
