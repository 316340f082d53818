import type { Answer, Cloud } from "../cloud.ts";
import { makeVolume, volume } from "../ground.ts";
import { standing } from "./compute.ts";
import { type Deed, explained, fresh, type Make, things } from "./deed.ts";

export const volumes: Make = async (cloud) => {
  const it = things(cloud, "/volume/v3/volumes", "volume");
  return {
    name: "a volume comes and goes",
    hurried: "every second time",
    there: {
      sagas: ["block-storage.volume.create"],
      ask: () => it.make({ size: 1 }),
      async look() {
        const { status } = await it.find();
        return status === "available" ? "done" : explained(status, await cloud.lastWhy(it.id()));
      },
    },
    back: {
      sagas: ["block-storage.volume.delete"],
      async ask() {
        await it.find();
        const asked = await it.drop();
        return asked.status === 400 ? forced(cloud, it.id()) : asked;
      },
      look: () => it.gone(),
    },
  };
};

/** What is not settled yet is not deleted by its user: an administrator can. */
function forced(cloud: Cloud, id: string): Promise<Answer> {
  return cloud.call("POST", `/volume/v3/volumes/${id}/action`, { "os-force_delete": {} }, "admin");
}

export const growth: Make = async (cloud) => {
  const id = await makeVolume(cloud, fresh("growing"));
  let gib = 1;
  const deed: Deed = {
    sagas: ["block-storage.volume.extend"],
    ask() {
      gib += 1;
      return cloud.call("POST", `/volume/v3/volumes/${id}/action`, { "os-extend": { new_size: gib } });
    },
    async look() {
      const { status, size } = await volume(cloud, id);
      if (status !== "available" || size !== gib) throw new Error(`it came to rest as ${status} with ${size} GiB`);
      return "done";
    },
  };
  return { name: "a volume grows", there: deed, back: { ...deed, sagas: [] } };
};

export function snapshots(name: string, inUse: boolean): Make {
  return async (cloud, ground) => {
    const id = await makeVolume(cloud, fresh("frozen"));
    if (inUse) {
      const asked = { volumeAttachment: { volumeId: id } };
      await cloud.must(
        "POST",
        `/compute/v2.1/servers/${await standing(cloud, ground, "live")}/os-volume_attachments`,
        asked,
      );
      await cloud.calm(60);
    }
    const it = things(cloud, "/volume/v3/snapshots", "snapshot");
    return {
      name,
      there: {
        sagas: ["block-storage.snapshot.create"],
        ask: () => it.make({ volume_id: id, force: true }),
        async look() {
          const { status } = await it.find();
          return status === "available" ? "done" : explained(status, await cloud.lastWhy(it.id()));
        },
      },
      back: {
        sagas: ["block-storage.snapshot.delete"],
        async ask() {
          await it.find();
          return it.drop();
        },
        look: () => it.gone(),
      },
    };
  };
}
