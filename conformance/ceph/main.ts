// The first-server story with images and volumes in a one-node Ceph of its own, and a server whose disk is a clone of its image.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startCeph } from "#agent/ceph/ceph.testkit.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ceph = await startCeph();
try {
  for (const pool of ["images", "volumes"]) await ceph.addPool(pool);
  const keyring = await ceph.addUser("volumes", "volumes", "images");
  const { conf } = ceph;
  const env = {
    ...process.env,
    CRUNCH_VOLUME_STORE: JSON.stringify({ type: "rbd", pool: "volumes", conf, user: "volumes", keyring }),
    CRUNCH_IMAGE_STORES: JSON.stringify([{ id: "ceph", type: "rbd", pool: "images", conf, default: true }]),
    CRUNCH_STORY_MORE: here("clone.ts"),
    CEPH_CONF: conf,
  };
  const child = spawn(here("../first-server/story"), { env, stdio: "inherit" });
  const [code] = await once(child, "exit");
  const left = async (pool: string) =>
    `${await ceph.rbd("ls", pool)}${await ceph.rbd("trash", "ls", "--all", pool)}`.trim();
  const volumes = await left("volumes");
  console.log(volumes ? `left in the pool of volumes:\n${volumes}` : "nothing is left in the pool of volumes");
  process.exitCode = code === 0 && !volumes ? 0 : 1;
} finally {
  await ceph.stop();
}
