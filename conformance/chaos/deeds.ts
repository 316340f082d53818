import type { Answer, Cloud } from "./cloud.ts";
import { boot, draft, type Ground, makeVolume, server, uploadOwn, volume } from "./ground.ts";

/** Something asked for, whose sagas are killed on their way. */
export interface Deed {
  readonly sagas: readonly string[];
  ask(): Promise<Answer>;
  /** What has come of it when all is at rest: "done", or the sentence in which it explains itself. Throws when it is neither. */
  look(): Promise<string>;
  /** What has come of it when one of its sagas was refused on its way, where that is nothing: throws when something has. */
  undone?(): Promise<void>;
}
/** A deed and the one that takes it back. */
export interface Pair {
  readonly name: string;
  readonly there: Deed;
  readonly back: Deed;
  /** How often `back` is asked for before `there` has come to its end. */
  readonly hurried?: "always" | "every second time";
}
type Make = (cloud: Cloud, ground: Ground) => Promise<Pair>;

const compute = "/compute/v2.1/servers";
let last = 0;

function fresh(what: string): string {
  last += 1;
  return `${what}-${last}`;
}

/** The words of a resource in error; throws when it has none. */
function explained(status: string, words: string | undefined): string {
  if (!/error/i.test(status)) throw new Error(`it came to rest as ${status}`);
  if (!words) throw new Error(`it is ${status} and does not say why`);
  return `${status}: ${words}`;
}

/** A thing that is found again by its name when the answer to its creation was lost. */
function things(cloud: Cloud, path: string, one: string, as = "demo") {
  let [name, id] = ["", ""];
  const list = `${one}s`;
  return {
    id: () => id,
    async make(body: object, what = one) {
      name = fresh(what);
      id = "";
      return cloud.call("POST", path, { [one]: { name, ...body } }, as);
    },
    async find() {
      const found = (await cloud.must("GET", `${path}?name=${name}`, undefined, as))[list] as {
        id: string;
        name: string;
      }[];
      id = found.find((it) => it.name === name)?.id ?? "";
      if (id === "") throw new Error(`lost: ${one} ${name} was asked for and is not there`);
      return (await cloud.must("GET", `${path}/${id}`, undefined, as))[one];
    },
    drop: async () => cloud.call("DELETE", `${path}/${id}`, undefined, as),
    async gone() {
      const { status, text } = await cloud.call("GET", `${path}/${id}`, undefined, as);
      if (status === 404) return "done";
      const it = JSON.parse(text)[one];
      return explained(it.status, it.fault?.message);
    },
  };
}

function servers(name: string, more: (ground: Ground) => object, hurried?: "always"): Make {
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

const ownVolume = ({ image }: Ground) => ({
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
function turns(name: string, there: [string, object, string], back: [string, object, string]): Make {
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

const known = new Map<string, string>();

/** A server that is there for several pairs; booted when it is asked for first. */
export async function standing(cloud: Cloud, ground: Ground, name: string, more: object = {}): Promise<string> {
  const id = known.get(name) ?? (await boot(cloud, ground, name, more));
  known.set(name, id);
  return id;
}

const attachments: Make = async (cloud, ground) => {
  const id = await standing(cloud, ground, "live");
  const disk = await makeVolume(cloud, fresh("disk"));
  const path = `${compute}/${id}/os-volume_attachments`;
  const look = (end: string) => async () => {
    const { status } = await volume(cloud, disk);
    const listed = (await cloud.must("GET", path)).volumeAttachments.length;
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

const interfaces: Make = async (cloud, ground) => {
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

const volumes: Make = async (cloud) => {
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

const growth: Make = async (cloud) => {
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

function snapshots(name: string, inUse: boolean): Make {
  return async (cloud, ground) => {
    const id = await makeVolume(cloud, fresh("frozen"));
    if (inUse) {
      const asked = { volumeAttachment: { volumeId: id } };
      await cloud.must("POST", `${compute}/${await standing(cloud, ground, "live")}/os-volume_attachments`, asked);
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

/** What the network has by its rows alone: the same saga brings it and takes it away. */
function rows(one: string, saga: string, body: (ground: Ground) => object, named = true): Make {
  return async (cloud, ground) => {
    const path = `/network/v2.0/${one.replaceAll("_", "-")}s`;
    const it = things(cloud, path, one);
    return {
      name: `a ${one.replaceAll("_", " ")} comes and goes`,
      hurried: "every second time",
      there: {
        sagas: [saga],
        ask: () => it.make(body(ground)),
        look: async () => (named ? it.find().then(() => "done") : "done"),
      },
      back: {
        sagas: [saga],
        async ask() {
          await it.find();
          return it.drop();
        },
        look: () => it.gone(),
      },
    };
  };
}

const addresses: Make = async (cloud, { network, outside }) => {
  const { port } = await cloud.must("POST", "/network/v2.0/ports", { port: { network_id: network } });
  await cloud.calm(60);
  const path = "/network/v2.0/floatingips";
  const find = async () => {
    const [it] = (await cloud.must("GET", `${path}?port_id=${port.id}`)).floatingips;
    if (!it) throw new Error("lost: a floating IP was asked for and is not there");
    return it as { id: string; status: string };
  };
  return {
    name: "a floating IP comes and goes",
    hurried: "every second time",
    there: {
      sagas: ["network.floatingip.realise"],
      ask: () => cloud.call("POST", path, { floatingip: { floating_network_id: outside, port_id: port.id } }),
      async look() {
        const { status } = await find();
        return status === "ACTIVE" ? "done" : explained(status, "");
      },
    },
    back: {
      sagas: ["network.floatingip.realise"],
      ask: async () => cloud.call("DELETE", `${path}/${(await find()).id}`),
      look: async () =>
        (await cloud.must("GET", `${path}?port_id=${port.id}`)).floatingips.length ? explained("there", "") : "done",
    },
  };
};

const images: Make = async (cloud) => {
  let id = "";
  return {
    name: "an image goes",
    there: {
      sagas: [],
      async ask() {
        id = await uploadOwn(cloud, fresh("image"));
        return { status: 200, body: undefined, text: "" };
      },
      look: async () => "done",
    },
    back: {
      sagas: ["image.image.drop-bytes"],
      ask: () => cloud.call("DELETE", `/image/v2/images/${id}`, undefined, "admin"),
      async look() {
        const { status } = await cloud.call("GET", `/image/v2/images/${id}`, undefined, "admin");
        if (status !== 404) throw new Error(`the image is still there: ${status}`);
        return "done";
      },
    },
  };
};

const imports: Make = async (cloud) => {
  let id = "";
  const [path, admin] = ["/image/v2/images", "admin"];
  const status = async () => (await cloud.must("GET", `${path}/${id}`, undefined, admin)).status;
  const drop = () => cloud.call("DELETE", `${path}/${id}`, undefined, admin);
  return {
    name: "an image is imported and goes",
    there: {
      sagas: ["image.image.import", "image.image.copy", "image.image.import-end"],
      async ask() {
        const asked = { name: fresh("imported"), disk_format: "raw", container_format: "bare" };
        id = (await cloud.must("POST", path, asked, admin)).id;
        await cloud.must("PUT", `${path}/${id}/stage`, Buffer.alloc(2 ** 20), admin);
        return cloud.call("POST", `${path}/${id}/import`, { method: { name: "glance-direct" } }, admin);
      },
      async look() {
        const now = await status();
        if (now !== "active") throw new Error(`the image came to rest as ${now}`);
        return "done";
      },
      async undone() {
        const now = await status();
        await drop();
        await cloud.calm(60);
        // Its staged bytes wait for another try ("uploading"), or are gone.
        if (!["uploading", "queued"].includes(now)) throw new Error(`the image came to rest as ${now}`);
      },
    },
    back: {
      sagas: ["image.image.drop-bytes"],
      ask: drop,
      async look() {
        const { status: now } = await cloud.call("GET", `${path}/${id}`, undefined, admin);
        if (now !== 404) throw new Error(`the image is still there: ${now}`);
        return "done";
      },
    },
  };
};

/** Pairs that go through every saga there is. */
export const makePairs: readonly Make[] = [
  servers("a server comes and goes", () => ({})),
  servers("a server comes on a volume of its own and goes", ownVolume),
  servers("a server on a volume of its own is deleted while it comes", ownVolume, "always"),
  turns(
    "a server stops and starts",
    ["compute.server.stop", { "os-stop": null }, "SHUTOFF"],
    ["compute.server.start", { "os-start": null }, "ACTIVE"],
  ),
  turns(
    "a server is rebooted, softly and hard",
    ["compute.server.reboot", { reboot: { type: "SOFT" } }, "ACTIVE"],
    ["compute.server.reboot-hard", { reboot: { type: "HARD" } }, "ACTIVE"],
  ),
  attachments,
  interfaces,
  volumes,
  growth,
  snapshots("a volume is frozen", false),
  snapshots("a volume in use is frozen", true),
  rows("network", "network.network.realise", () => ({})),
  rows("security_group", "network.security-group.realise", () => ({})),
  rows("router", "network.router.realise", ({ outside }) => ({ external_gateway_info: { network_id: outside } })),
  rows("port", "network.port.realise", ({ network }) => ({ network_id: network })),
  addresses,
  images,
  imports,
];
