import { join } from "node:path";
import { argon2 } from "#drivers/identity/argon2/driver.ts";
import { type Bare, startBare } from "../bare.ts";
import type { Bench } from "../bench.ts";
import { type Cloud, discard, type Login, startCloud, until } from "../cloud.ts";
import { fire, type Loaded, type Shot } from "../load.ts";
import { cpuOf } from "../machine.ts";
import type { Aim } from "../rows.ts";

interface Place {
  readonly bench: Bench;
  readonly cloud: Cloud;
  readonly bare: Bare;
  readonly admin: Login;
  readonly demo: Login;
  readonly image: string;
  readonly network: string;
}
interface Cell {
  readonly what: string;
  readonly shot: Shot;
  readonly aims: readonly Aim[];
  readonly connections?: readonly number[];
  /** Seconds that a turn takes at least: for what is slow to answer. */
  readonly least?: number;
}

const reads: readonly Aim[] = [
  { against: "reference", of: 20 },
  { against: "beside", of: 3 },
];
const lists: readonly Aim[] = [
  { against: "reference", of: 100 },
  { against: "beside", of: 3 },
];
const writes: readonly Aim[] = [{ against: "reference", of: 20 }];

/** Requests a second, each beside a bare handler that sends the same bytes, in turns. */
export async function rates(bench: Bench): Promise<void> {
  const dir = join(bench.dir, "rates");
  await discard(dir);
  const cloud = await startCloud({ dir, port: 17102, args: ["--simulated", "--hosts", "10"] });
  const bare = await startBare(17103);
  try {
    await all(await furnish(bench, cloud, bare));
  } finally {
    bare.stop();
    await cloud.stop();
    await discard(dir);
  }
}

async function all(place: Place): Promise<void> {
  const { cloud, admin, demo, image, network } = place;
  const as = (login: Login, more = {}) => ({ "x-auth-token": login.token, ...more });
  const at = (path: string, headers = as(demo), body?: object): Shot => ({
    url: cloud.url + path,
    headers,
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  const issue = at("/identity/v3/auth/tokens", {} as never, demo.body);
  await cell(place, { what: "token issue", shot: issue, aims: writes });
  await hashes(place);
  const validate = at("/identity/v3/auth/tokens", as(admin, { "x-subject-token": demo.token }));
  await cell(place, { what: "token validate", shot: validate, aims: reads });
  const first = await makeServers(place, 100);
  await cell(place, { what: "server list of 100", shot: at("/compute/v2.1/servers/detail"), aims: lists });
  await cell(place, { what: "server show", shot: at(`/compute/v2.1/servers/${first}`), aims: reads });
  await makeServers(place, 900);
  await cell(place, { what: "server list of 1000", shot: at("/compute/v2.1/servers/detail"), aims: lists, least: 8 });
  const port = { port: { network_id: network, name: "p" } };
  await cell(place, { what: "port create", shot: at("/network/v2.0/ports", as(demo), port), aims: writes });
  const server = { server: { name: "b", imageRef: image, flavorRef: "1", networks: [{ uuid: network }] } };
  await cell(place, { what: "server create", shot: at("/compute/v2.1/servers", as(demo), server), aims: writes });
}

/** The limit of logins: the password hash alone, as many at a time as the program allows itself. */
async function hashes({ bench }: Place) {
  const driver = argon2();
  const hash = await driver.hash("a password");
  for (const at of [1, 8]) {
    const end = performance.now() + 3000;
    let done = 0;
    const one = async () => {
      for (; performance.now() < end; done += 1) await driver.matches("a password", hash);
    };
    await Promise.all(Array.from({ length: at }, one));
    bench.row({
      what: "limit of token issue: its password hash alone",
      at: `${at} at a time`,
      value: done / 3,
      unit: "/s",
      more: true,
    });
  }
}

async function cell({ bench, cloud, bare }: Place, { what, shot, aims, connections = [1, 8, 32], least = 1 }: Cell) {
  const answer = await fetch(shot.url, {
    method: shot.method ?? "GET",
    headers: { ...shot.headers, ...(shot.body !== undefined && { "content-type": "application/json" }) },
    ...(shot.body !== undefined && { body: shot.body }),
  });
  const bytes = await answer.text();
  if (!answer.ok) throw new Error(`${what} was answered ${answer.status}: ${bytes.slice(0, 200)}`);
  await bare.serve(answer.status, bytes);
  await fire(shot, 4, 1); // both have run before they are measured
  for (const at of connections) {
    const half = Math.max(least, Math.round(bench.seconds / 2));
    const [plain, mine]: [Loaded[], Loaded[]] = [[], []];
    const before = cpuOf(cloud.pid);
    for (let turn = 0; turn < 2; turn += 1) {
      plain.push(await fire({ ...shot, url: `${bare.url}/` }, at, half));
      mine.push(await fire(shot, at, half));
    }
    const after = cpuOf(cloud.pid);
    const [value, beside] = [mean(mine), mean(plain)];
    const requests = mine.reduce((n, it) => n + it.requests, 0);
    const cost = (of: "own" | "postgres") => Math.round(((after[of] - before[of]) * 1000) / requests);
    const detail = {
      "p50 ms": mine[1]!.p50,
      "p99 ms": mine[1]!.p99,
      "program µs": cost("own"),
      "PostgreSQL µs": cost("postgres"),
      bytes: bytes.length,
      refused: mine.reduce((n, it) => n + it.refused, 0),
    };
    const figure = { what, at: `${at} connection${at > 1 ? "s" : ""}`, value, unit: "/s", more: true, detail };
    const held = { beside: { what: "bare Fastify", value: beside }, reference: bench.reference(what, at) };
    bench.row({ ...figure, ...held, aim: aims[0] });
    if (aims[1]) bench.row({ ...figure, what: `${what}, beside bare Fastify`, beside: held.beside, aim: aims[1] });
  }
}

function mean(some: readonly Loaded[]): number {
  return some.reduce((n, it) => n + it.perSecond, 0) / some.length;
}

/** No quota in the way, and a network with room. */
async function furnish(bench: Bench, cloud: Cloud, bare: Bare): Promise<Place> {
  const [admin, demo] = [await cloud.login("admin"), await cloud.login("demo")];
  const free = { quota_set: { instances: -1, cores: -1, ram: -1 } };
  await cloud.call("PUT", `/compute/v2.1/os-quota-sets/${demo.projectId}`, { token: admin.token, body: free });
  const ports = { quota: { port: -1 } };
  await cloud.call("PUT", `/network/v2.0/quotas/${demo.projectId}`, { token: admin.token, body: ports });
  const asDemo = { token: demo.token };
  const made = await cloud.call("POST", "/network/v2.0/networks", { ...asDemo, body: { network: { name: "bench" } } });
  const network = made.network.id;
  const subnet = { network_id: network, ip_version: 4, cidr: "10.64.0.0/10" };
  await cloud.call("POST", "/network/v2.0/subnets", { ...asDemo, body: { subnet } });
  let image: string | undefined;
  await until("the image is there", async () => {
    const { images } = await cloud.call("GET", "/image/v2/images?status=active", asDemo);
    image = images[0]?.id;
    return image !== undefined;
  });
  return { bench, cloud, bare, admin, demo, network, image: image! };
}

/** Asks for servers by one request and waits until they run; returns the id of one. */
async function makeServers({ bench, cloud, demo: { token }, image, network }: Place, count: number): Promise<string> {
  const server = { name: "b", imageRef: image, flavorRef: "1", networks: [{ uuid: network }], min_count: count };
  const began = performance.now();
  const { id } = (await cloud.call("POST", "/compute/v2.1/servers", { token, body: { server } })).server;
  await until(
    `${count} servers are ACTIVE`,
    async () => {
      const { servers } = await cloud.call("GET", "/compute/v2.1/servers?status=BUILD&limit=1", { token });
      return servers.length === 0;
    },
    600_000,
    100,
  );
  const value = (performance.now() - began) / 1000;
  const reference = count === 100 ? bench.reference("servers_100_active_s") : undefined;
  const aim = reference && ({ against: "reference", of: 20 } as const);
  bench.row({ what: `${count} servers asked for, all ACTIVE`, value, unit: "s", more: false, reference, aim });
  return id;
}
