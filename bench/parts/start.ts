import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { type Cloud, discard, startCloud, until } from "../cloud.ts";

/** From nothing to a cloud that answers, and to its first server; then over a state that is there (simulated metal is not there any more). */
export async function start(bench: Bench): Promise<void> {
  const dir = join(bench.dir, "start");
  await discard(dir);
  await one(bench, dir, "first start");
  await one(bench, dir, "start again");
  await discard(dir);
}

async function one(bench: Bench, dir: string, at: string): Promise<void> {
  const cloud = await startCloud({ dir, port: 17100, args: ["--simulated"] });
  try {
    bench.row({
      what: "seconds to /readyz",
      at,
      value: cloud.readyAfter,
      unit: "s",
      more: false,
      reference: bench.reference("ready_s"),
      aim: { against: "value", of: 3 },
    });
    if (at !== "first start") return;
    await firstServer(cloud);
    bench.row({
      what: "seconds to the first ACTIVE server",
      at,
      value: (performance.now() - cloud.began) / 1000,
      unit: "s",
      more: false,
      reference: bench.reference("first_server_s"),
      aim: { against: "reference", of: 20 },
    });
  } finally {
    await cloud.stop();
  }
}

async function firstServer(cloud: Cloud): Promise<void> {
  const { token } = await cloud.login("demo");
  const { images } = await cloud.call("GET", "/image/v2/images", { token });
  const server = { name: "first", imageRef: images[0].id, flavorRef: "1" };
  const { id } = (await cloud.call("POST", "/compute/v2.1/servers", { token, body: { server } })).server;
  await until("the first server is ACTIVE", async () => {
    const { server: it } = await cloud.call("GET", `/compute/v2.1/servers/${id}`, { token });
    return it.status === "ACTIVE";
  });
}
