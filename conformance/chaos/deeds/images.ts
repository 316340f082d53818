import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer, Cloud } from "../cloud.ts";
import { makeVolume, uploadOwn } from "../ground.ts";
import { type Deed, fresh, type Make } from "./deed.ts";

const path = "/image/v2/images";
const cache = "/image/v2/cache";
const nothing: Answer = { status: 200, body: undefined, text: "" };
const described = (name: string) => ({ name, disk_format: "raw", container_format: "bare" });

/** An image as its administrator sees it. */
function imageOf(cloud: Cloud, id: string) {
  return cloud.must("GET", `${path}/${id}`, undefined, "admin");
}

function drop(cloud: Cloud, id: string) {
  return cloud.call("DELETE", `${path}/${id}`, undefined, "admin");
}

async function gone(cloud: Cloud, id: string) {
  const { status } = await cloud.call("GET", `${path}/${id}`, undefined, "admin");
  if (status !== 404) throw new Error(`the image is still there: ${status}`);
  return "done";
}

export const images: Make = async (cloud) => {
  let id = "";
  return {
    name: "an image goes",
    there: {
      sagas: [],
      async ask() {
        id = await uploadOwn(cloud, fresh("image"));
        return nothing;
      },
      look: async () => "done",
    },
    back: { sagas: ["image.image.drop-bytes"], ask: () => drop(cloud, id), look: () => gone(cloud, id) },
  };
};

export const imports: Make = async (cloud) => {
  let id = "";
  return {
    name: "an image is imported and goes",
    there: {
      sagas: ["image.image.import", "image.image.copy", "image.image.import-end"],
      async ask() {
        id = (await cloud.must("POST", path, described(fresh("imported")), "admin")).id;
        await cloud.must("PUT", `${path}/${id}/stage`, Buffer.alloc(2 ** 20), "admin");
        return cloud.call("POST", `${path}/${id}/import`, { method: { name: "glance-direct" } }, "admin");
      },
      async look() {
        const { status } = await imageOf(cloud, id);
        if (status !== "active") throw new Error(`the image came to rest as ${status}`);
        return "done";
      },
      async undone() {
        const { status } = await imageOf(cloud, id);
        await drop(cloud, id);
        await cloud.calm(60);
        // Its staged bytes wait for another try ("uploading"), or are gone.
        if (!["uploading", "queued"].includes(status)) throw new Error(`the image came to rest as ${status}`);
      },
    },
    back: { sagas: ["image.image.drop-bytes"], ask: () => drop(cloud, id), look: () => gone(cloud, id) },
  };
};

export const copiesNear: Make = async (cloud) => {
  const id = await uploadOwn(cloud, fresh("near"));
  const is = (wanted: boolean) => async () => {
    const { cached_images, queued_images } = await cloud.must("GET", cache, undefined, "admin");
    const has = cached_images.some((it: { image_id: string }) => it.image_id === id);
    if (has !== wanted || queued_images.includes(id))
      throw new Error(`cached: ${JSON.stringify(cached_images)}, queued: ${JSON.stringify(queued_images)}`);
    return "done";
  };
  const deed = (saga: string, method: string, wanted: boolean): Deed => ({
    sagas: [saga],
    ask: () => cloud.call(method, `${cache}/${id}`, undefined, "admin"),
    look: is(wanted),
  });
  return {
    name: "an image is brought near and let go",
    there: {
      ...deed("image.image.cache", "PUT", true),
      undone: async () => void (await is(false)()),
    },
    back: deed("image.image.drop-cached", "DELETE", false),
  };
};

const bytes = Buffer.alloc(2 ** 20, "bytes of the web; ");

/** A server on this host that has one file. */
async function web(): Promise<string> {
  const server: Server = createServer((_, answer) => answer.end(bytes));
  await new Promise<void>((then) => server.listen(0, "127.0.0.1", then));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/disk`;
}

export const added: Make = async (cloud) => {
  const url = await web();
  let id = "";
  return {
    name: "an image elsewhere is read and forgotten",
    there: {
      sagas: ["image.image.add-location"],
      async ask() {
        id = (await cloud.must("POST", path, described(fresh("elsewhere")), "admin")).id;
        return cloud.call("POST", `${path}/${id}/locations`, { url }, "admin");
      },
      async look() {
        const { status, size } = await imageOf(cloud, id);
        if (status !== "active" || size !== bytes.length)
          throw new Error(`the image came to rest as ${status}, with ${size} bytes`);
        const { text } = await cloud.call("GET", `${path}/${id}/file`, undefined, "admin");
        if (text !== bytes.toString()) throw new Error("its bytes are others");
        return "done";
      },
    },
    back: { sagas: [], ask: () => drop(cloud, id), look: () => gone(cloud, id) },
  };
};

export const located: Make = async (cloud) => {
  const url = await web();
  let id = "";
  return {
    name: "an image gets a location, and volumes are made from it",
    there: {
      sagas: ["image.location.read"],
      async ask() {
        id = (await cloud.must("POST", path, described(fresh("located")))).id;
        const change = [{ op: "add", path: "/locations/-", value: { url, metadata: {} } }];
        return cloud.call("PATCH", `${path}/${id}`, change);
      },
      async look() {
        const disk = await makeVolume(cloud, fresh("located"), { imageRef: id });
        await cloud.must("DELETE", `/volume/v3/volumes/${disk}`);
        await cloud.calm(60);
        return "done";
      },
    },
    back: { sagas: [], ask: () => drop(cloud, id), look: () => gone(cloud, id) },
  };
};
