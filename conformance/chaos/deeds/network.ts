import type { Ground } from "../ground.ts";
import { explained, type Make, things } from "./deed.ts";

/** What the network has by its rows alone: the same saga brings it and takes it away. */
export function rows(one: string, saga: string, body: (ground: Ground) => object, named = true): Make {
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

export const addresses: Make = async (cloud, { network, outside }) => {
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
