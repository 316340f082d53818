import type { Cloud } from "../cloud.ts";
import { boot, draft, type Ground, makeVolume, server, volume } from "../ground.ts";
import { type Deed, explained, fresh, type Make, things } from "./deed.ts";

const compute = "/compute/v2.1/servers";

export function servers(name: string, more: (ground: Ground) => object, hurried?: "always"): Make {
  return async (cloud, ground) => {
    const it = things(cloud, compute, "server");
    const { server: asked } = draft(ground, "");
    const { name: _, ...body } = { ...asked, ...more(ground) };
    return {
      name,
      hurried,
      there: {
        sagas: ["compute.server.build"],
        ask: () => it.make(body),
        async look() {
          const { status, fault } = await it.find();
          return status === "ACTIVE" ? "done" : explained(status, fault?.message);
        },
      },
      back: {
        sagas: ["compute.server.delete"],
        async ask() {
          await it.find();
          return it.drop();
        },
        look: () => it.gone(),
      },
    };
  };
}

export const ownVolume = ({ image }: Ground) => ({
  imageRef: "",
  block_device_mapping_v2: [
    {
      boot_index: 0,
      uuid: image,
      source_type: "image",
      destination_type: "volume",
      volume_size: 1,
      delete_on_termination: true,
    },
  ],
});

/** The standing server is turned one way and back. */
export function turns(name: string, there: [string, object, string], back: [string, object, string]): Make {
  return async (cloud, ground) => {
    const id = await standing(cloud, ground, "power", { imageRef: ground.hasty });
    const deed = ([saga, action, end]: [string, object, string]): Deed => ({
      sagas: [saga],
      ask: () => cloud.call("POST", `${compute}/${id}/action`, action),
      async look() {
        const { status, fault } = await server(cloud, id);
        return status === end ? "done" : explained(status, fault?.message);
      },
    });
    return { name, there: deed(there), back: deed(back) };
  };
}

const known = new WeakMap<Cloud, Map<string, string>>();

/** A server that is there for several pairs; booted when it is asked for first, or is gone. */
export async function standing(cloud: Cloud, ground: Ground, name: string, more: object = {}): Promise<string> {
  const mine = known.get(cloud) ?? new Map<string, string>();
  known.set(cloud, mine);
  const old = mine.get(name);
  if (old && (await cloud.call("GET", `${compute}/${old}`)).status === 200) return old;
  const id = await boot(cloud, ground, name, more);
  mine.set(name, id);
  return id;
}

export const attachments: Make = async (cloud, ground) => {
  const id = await standing(cloud, ground, "live");
  const disk = await makeVolume(cloud, fresh("disk"));
  const path = `${compute}/${id}/os-volume_attachments`;
  const look = (end: string) => async () => {
    const { status } = await volume(cloud, disk);
    const all = (await cloud.must("GET", path)).volumeAttachments as { volumeId: string }[];
    const listed = all.filter((it) => it.volumeId === disk).length;
    if (status !== end || listed !== (end === "in-use" ? 1 : 0))
      throw new Error(`the volume came to rest as ${status}, with ${listed} attachments`);
    return "done";
  };
  return {
    name: "a volume is attached and detached",
    there: {
      sagas: ["compute.volume-attachment.attach", "block-storage.attachment.connect"],
      ask: () => cloud.call("POST", path, { volumeAttachment: { volumeId: disk } }),
      look: look("in-use"),
      undone: async () => void (await look("available")()),
    },
    back: {
      sagas: ["compute.volume-attachment.detach", "block-storage.attachment.disconnect"],
      ask: () => cloud.call("DELETE", `${path}/${disk}`),
      look: look("available"),
    },
  };
};

export const interfaces: Make = async (cloud, ground) => {
  const id = await standing(cloud, ground, "live");
  const { port } = await cloud.must("POST", "/network/v2.0/ports", { port: { network_id: ground.network } });
  await cloud.calm(60);
  const path = `${compute}/${id}/os-interface`;
  const look = (wanted: number) => async () => {
    const all = (await cloud.must("GET", path)).interfaceAttachments as { port_id: string }[];
    const has = all.filter((it) => it.port_id === port.id).length;
    const { status } = (await cloud.must("GET", `/network/v2.0/ports/${port.id}`)).port;
    if (has !== wanted || status !== (wanted ? "ACTIVE" : "DOWN"))
      throw new Error(`the port came to rest as ${status}, ${has} times at the server`);
    return "done";
  };
  return {
    name: "a port is attached and detached",
    there: {
      sagas: ["compute.interface-attachment.attach", "network.port.realise"],
      ask: () => cloud.call("POST", path, { interfaceAttachment: { port_id: port.id } }),
      look: look(1),
      undone: async () => void (await look(0)()),
    },
    back: {
      sagas: ["compute.interface-attachment.detach", "network.port.realise"],
      ask: () => cloud.call("DELETE", `${path}/${port.id}`),
      look: look(0),
    },
  };
};
