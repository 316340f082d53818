import { AsyncLocalStorage } from "node:async_hooks";
import { join } from "node:path";
import pg from "pg";
import type { Bench } from "../bench.ts";
import { discard, until } from "../cloud.ts";
import { type Inside, openInside, tester } from "../inside.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of any API
type Body = any;
type Ask = (method: "GET" | "POST" | "PUT", url: string, body?: object, token?: string) => Promise<Body>;

/** What one request takes: questions to the database, and this process's time, with no network in between. */
export async function cost(bench: Bench): Promise<void> {
  const dir = join(bench.dir, "cost");
  await discard(dir);
  countQueries();
  const inside = await openInside({ dir });
  try {
    await measure(bench, inside);
  } finally {
    await inside.stop();
    await discard(dir);
  }
}

async function measure(bench: Bench, inside: Inside): Promise<void> {
  const ask = asking(inside);
  const { image, network } = await furnish(ask);
  const server = { server: { name: "b", imageRef: image, flavorRef: "1", networks: [{ uuid: network }] } };
  const first = (await ask("POST", "/compute/v2.1/servers", server)).server.id;
  const calm = () => until("the sagas rest", async () => (await inside.spine.dueSagas(Date.now())) === 0);
  await calm();
  const port = { port: { network_id: network, name: "p" } };
  const all: [string, () => Promise<Body>, number][] = [
    ["server show", () => ask("GET", `/compute/v2.1/servers/${first}`), 200],
    ["server list of 1", () => ask("GET", "/compute/v2.1/servers/detail"), 200],
    ["network list", () => ask("GET", "/network/v2.0/networks"), 200],
    ["image list", () => ask("GET", "/image/v2/images"), 200],
    ["port create", () => ask("POST", "/network/v2.0/ports", port), 30],
    ["server create", () => ask("POST", "/compute/v2.1/servers", server), 30],
  ];
  for (const [what, one, times] of all) {
    await one();
    await calm();
    const { queries, rounds } = await askedBy(one);
    await calm();
    const cpu = process.cpuUsage();
    const began = performance.now();
    for (let i = 0; i < times; i += 1) await one();
    const took = ((performance.now() - began) * 1000) / times;
    const { user, system } = process.cpuUsage(cpu);
    await calm();
    const detail = { "µs until answered": Math.round(took), "µs of this process": Math.round((user + system) / times) };
    bench.row({ what: "queries of one request", at: what, value: queries, unit: "queries", more: false, detail });
    bench.row({ what: "rounds of one request", at: what, value: rounds, unit: "rounds", more: false, detail });
    bench.row({ what: "time of one request", at: what, value: took / 1000, unit: "ms", more: false, detail });
  }
}

interface Asked {
  queries: number;
  /** How often it waited for answers: what is asked while others are under way on a connection goes with them. */
  rounds: number;
}
const counting = new AsyncLocalStorage<Asked>();

/** What is asked on behalf of one request, whatever sagas and loops ask meanwhile. */
async function askedBy(one: () => Promise<Body>): Promise<Asked> {
  const asked = { queries: 0, rounds: 0 };
  await counting.run(asked, one);
  return asked;
}

function countQueries(): void {
  const { prototype } = pg.Client as unknown as { prototype: { query(...words: unknown[]): unknown } };
  const { query } = prototype;
  const open = new WeakMap<object, number>();
  const add = (to: object, n: number) => open.set(to, (open.get(to) ?? 0) + n).get(to)!;
  prototype.query = function (...words) {
    const asked = counting.getStore();
    const answer = query.apply(this, words);
    if (!asked || !(answer instanceof Promise)) return answer;
    asked.queries += 1;
    if (add(this, 1) === 1) asked.rounds += 1;
    return answer.finally(() => void add(this, -1));
  };
}

function asking({ spine: { door } }: Inside): Ask {
  return async (method, url, body, token = "bench") => {
    const bytes = Buffer.isBuffer(body);
    const type = bytes ? "application/octet-stream" : "application/json";
    const answer = await door.inject({
      method,
      url,
      headers: { "x-auth-token": token, ...(body && { "content-type": type }) },
      ...(body && { payload: bytes ? body : JSON.stringify(body) }),
    });
    if (answer.statusCode >= 300) throw new Error(`${method} ${url} was answered ${answer.statusCode}: ${answer.body}`);
    return answer.body ? answer.json() : undefined;
  };
}

async function furnish(ask: Ask): Promise<{ image: string; network: string }> {
  const flavor = { id: "1", name: "tiny", vcpus: 1, ram: 512, disk: 1 };
  await ask("POST", "/compute/v2.1/flavors", { flavor }, "admin");
  const free = { quota_set: { instances: -1, cores: -1, ram: -1 } };
  await ask("PUT", `/compute/v2.1/os-quota-sets/${tester.projectId}`, free, "admin");
  const asked = { name: "empty", disk_format: "raw", container_format: "bare" };
  const image = (await ask("POST", "/image/v2/images", asked)).id;
  await ask("PUT", `/image/v2/images/${image}/file`, Buffer.alloc(65_536));
  const network = (await ask("POST", "/network/v2.0/networks", { network: { name: "n" } })).network.id;
  await ask("POST", "/network/v2.0/subnets", { subnet: { network_id: network, ip_version: 4, cidr: "10.9.0.0/16" } });
  return { image, network };
}
