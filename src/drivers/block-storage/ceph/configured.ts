import { accessSync, constants } from "node:fs";
import type { Settings } from "#platform/config/config.ts";
import type { Logger } from "#platform/log/log.ts";
import { type CephVolumes, cephVolumes } from "./driver.ts";

/** Volumes in the pool that the configuration names. */
export function configuredCeph(
  it: NonNullable<Settings["volume-store"]>,
  around: { readonly dir: string; readonly log: Logger },
): CephVolumes {
  const { pool, conf = "/etc/ceph/ceph.conf", user = "admin" } = it;
  const keyring = it.keyring ?? `/etc/ceph/ceph.client.${user}.keyring`;
  for (const [key, path] of Object.entries({ conf, keyring })) requireReadable(`volume-store/${key}`, path);
  return cephVolumes({ ...around, pool, conf, user, keyring });
}

function requireReadable(key: string, path: string) {
  try {
    accessSync(path, constants.R_OK);
  } catch (why) {
    throw new Error(`configuration: ${key}: ${path} cannot be read (${(why as NodeJS.ErrnoException).code})`);
  }
}
