import { Refused, Unavailable } from "#platform/service/driver.ts";
import type { Loose } from "#platform/service/loose.ts";
import type { Answered, Call, TestProcess } from "#test/cloud.ts";
import type { Ground, Metal, Project } from "./ground.ts";
import type { Operation, Verb } from "./operations.ts";

type Kind = "server" | "volume" | "snapshot" | "network" | "subnet" | "port" | "fip" | "group" | "rule";
export interface Counts {
  asked: number;
  /** There was nothing to do it to. */
  idle: number;
  readonly statuses: Record<string, number>;
  readonly verbs: Record<string, number>;
  faults: number;
  kills: number;
  /** Refusals for want of quota, addresses and hosts. */
  readonly limits: Record<string, number>;
}
export interface Clients {
  readonly processes: TestProcess[];
  readonly counts: Counts;
  /** What must never be: answers of 500, or worse. */
  readonly wrongs: string[];
  perform(it: Operation): Promise<void>;
}
interface Things {
  readonly [project: number]: Record<Kind, string[]>;
}

const compute = "/compute/v2.1";
const volume = "/volume/v3";
const network = "/network/v2.0";

/** Clients of several projects that know of each other's things, each of which talks to whichever process lives. */
export function makeClients(ground: Ground, processes: TestProcess[]): Clients {
  const { projects, flavors, image, outside, cloud, metal } = ground;
  const counts: Counts = { asked: 0, idle: 0, statuses: {}, verbs: {}, faults: 0, kills: 0, limits: {} };
  const wrongs: string[] = [];
  const things: Things = projects.map((p) => ({
    ...{ server: [], volume: [], snapshot: [], subnet: [], port: [], fip: [], group: [], rule: [] },
    network: [...p.networks],
  }));
  let opening: Promise<void> = Promise.resolve();

  const perform = async (it: Operation) => {
    const step = verbs[it.verb];
    const no = it.project % projects.length;
    const it2 = { ...it, no, project: projects[no]!, mine: things[no]! };
    counts.verbs[it.verb] = (counts.verbs[it.verb] ?? 0) + 1;
    if ((await step(it2)) === undefined) counts.idle += 1;
  };
  type It = Omit<Operation, "project"> & { no: number; project: Project; mine: Record<Kind, string[]> };

  const ask = async (it: It, method: string, path: string, body?: unknown): Promise<Answered> => {
    const live = processes.filter((p) => p.alive);
    const process = live[(it.at + counts.asked) % live.length]!;
    counts.asked += 1;
    const call: Call = { as: it.project.as, body, version: versionFor(path) };
    const answer = await process.call(method, path, call).catch((why: Error) => ({
      ...{ status: process.alive ? 599 : 0, body: {}, headers: {} },
      text: why.message,
    }));
    note(it.verb, process, method, path, body, answer);
    return answer;
  };
  const note = (verb: Verb, { alive }: TestProcess, method: string, path: string, body: unknown, it: Answered) => {
    counts.statuses[it.status] = (counts.statuses[it.status] ?? 0) + 1;
    if (it.status >= 500 && (alive || it.status === 500))
      wrongs.push(`${verb}: ${method} ${path} ${JSON.stringify(body) ?? ""} was answered ${it.status}: ${it.text}`);
    const limit = /uota|Limit|IpAddressGeneration|No more IP|No fixed IP/.exec(it.text)?.[0];
    if (it.status >= 400 && limit) counts.limits[limit] = (counts.limits[limit] ?? 0) + 1;
    if (it.status === 400 && /schema|Invalid input for field/.test(it.text))
      wrongs.push(`${verb}: ${method} ${path} ${JSON.stringify(body)} is badly asked: ${it.text}`);
  };
  const make = async (it: It, kind: Kind, path: string, key: string, body: object) => {
    const { status, body: made } = await ask(it, "POST", path, { [key]: body });
    if (status < 300 && status > 0) it.mine[kind].push((made as Loose)[key].id);
    return status;
  };
  /** The one that the numbers choose, or undefined: there is none. */
  const pick = (it: It, kind: Kind, by: number) => it.mine[kind][by % (it.mine[kind].length || 1)];
  /** Gone things are forgotten after a while, so that many ask for what somebody else has just deleted. */
  const drop = async (it: It, kind: Kind, path: (id: string) => string) => {
    const id = pick(it, kind, it.at);
    if (!id) return undefined;
    const { status } = await ask(it, "DELETE", path(id));
    if (status === 404) it.mine[kind].splice(it.mine[kind].indexOf(id), 1);
    return status;
  };
  const to = async (id: string | undefined, then: (id: string) => Promise<Answered>) => id && (await then(id)).status;
  const act = (it: It, body: object) =>
    to(pick(it, "server", it.at), (id) => ask(it, "POST", `${compute}/servers/${id}/action`, body));
  const nets = (it: It) => {
    const one = { uuid: pick(it, "network", it.of)! };
    return it.size % 5 === 0 ? [one, { uuid: it.project.networks[0]! }] : [one];
  };
  const serverOf = (it: It, more: object = {}) => ({
    name: `s${it.at}`,
    flavorRef: flavors[it.size % flavors.length],
    imageRef: image,
    networks: nets(it),
    ...more,
  });
  const boot = (it: It, more?: object) => make(it, "server", `${compute}/servers`, "server", serverOf(it, more));

  const verbs: Record<Verb, (it: It) => Promise<unknown>> = {
    "create server": (it) => boot(it),
    "create server from volume": (it) => {
      const disk = { boot_index: 0, uuid: image, source_type: "image", destination_type: "volume", volume_size: 1 };
      return boot(it, {
        imageRef: undefined,
        block_device_mapping_v2: [{ ...disk, delete_on_termination: it.size % 2 === 0 }],
      });
    },
    "create server with volume": async (it) => {
      const uuid = pick(it, "volume", it.at);
      const disks = [
        { boot_index: 0, uuid: image, source_type: "image", destination_type: "local", delete_on_termination: true },
        { boot_index: -1, uuid, source_type: "volume", destination_type: "volume" },
      ];
      return uuid && boot(it, { block_device_mapping_v2: disks });
    },
    "create server with port": async (it) => {
      const port = pick(it, "port", it.at);
      return port && boot(it, { networks: [{ port }] });
    },
    "create servers": (it) => boot(it, { min_count: 1, max_count: 3 }),
    "delete server": (it) => drop(it, "server", (id) => `${compute}/servers/${id}`),
    "stop server": (it) => act(it, { "os-stop": null }),
    "start server": (it) => act(it, { "os-start": null }),
    "reboot server": (it) => act(it, { reboot: { type: "SOFT" } }),
    "reboot server hard": (it) => act(it, { reboot: { type: "HARD" } }),
    "attach volume": async (it) => {
      const [server, volumeId] = [pick(it, "server", it.at), pick(it, "volume", it.of)];
      if (!server || !volumeId) return undefined;
      return ask(it, "POST", `${compute}/servers/${server}/os-volume_attachments`, { volumeAttachment: { volumeId } });
    },
    "detach volume": async (it) => {
      for (let i = 0; i < 3; i += 1) {
        const server = pick(it, "server", it.at + i);
        if (!server) return undefined;
        const { body } = await ask(it, "GET", `${compute}/servers/${server}/os-volume_attachments`);
        const all = (body.volumeAttachments ?? []) as { volumeId: string }[];
        const one = all[it.of % (all.length || 1)];
        if (one) return ask(it, "DELETE", `${compute}/servers/${server}/os-volume_attachments/${one.volumeId}`);
      }
      return undefined;
    },
    "attach port": async (it) => {
      const [server, port_id] = [pick(it, "server", it.at), pick(it, "port", it.of)];
      if (!server || !port_id) return undefined;
      return ask(it, "POST", `${compute}/servers/${server}/os-interface`, { interfaceAttachment: { port_id } });
    },
    "attach network": async (it) => {
      const [server, net_id] = [pick(it, "server", it.at), pick(it, "network", it.of)];
      if (!server || !net_id) return undefined;
      return ask(it, "POST", `${compute}/servers/${server}/os-interface`, { interfaceAttachment: { net_id } });
    },
    "detach port": async (it) => {
      const server = pick(it, "server", it.at);
      if (!server) return undefined;
      const { body } = await ask(it, "GET", `${compute}/servers/${server}/os-interface`);
      const all = (body.interfaceAttachments ?? []) as { port_id: string }[];
      const one = all[it.of % (all.length || 1)];
      return one && ask(it, "DELETE", `${compute}/servers/${server}/os-interface/${one.port_id}`);
    },
    "create volume": (it) => make(it, "volume", `${volume}/volumes`, "volume", { size: 1 + (it.size % 3) }),
    "create volume from snapshot": async (it) => {
      const snapshot_id = pick(it, "snapshot", it.at);
      return snapshot_id && make(it, "volume", `${volume}/volumes`, "volume", { snapshot_id });
    },
    "create volume from volume": async (it) => {
      const source_volid = pick(it, "volume", it.at);
      return source_volid && make(it, "volume", `${volume}/volumes`, "volume", { source_volid });
    },
    "delete volume": (it) => drop(it, "volume", (id) => `${volume}/volumes/${id}`),
    "extend volume": (it) =>
      to(pick(it, "volume", it.at), (id) =>
        ask(it, "POST", `${volume}/volumes/${id}/action`, { "os-extend": { new_size: 2 + (it.size % 5) } }),
      ),
    "create snapshot": async (it) => {
      const volume_id = pick(it, "volume", it.at);
      return (
        volume_id && make(it, "snapshot", `${volume}/snapshots`, "snapshot", { volume_id, force: it.size % 2 === 0 })
      );
    },
    "delete snapshot": (it) => drop(it, "snapshot", (id) => `${volume}/snapshots/${id}`),
    "create network": (it) => make(it, "network", `${network}/networks`, "network", { name: `n${it.at}` }),
    "delete network": (it) => drop(it, "network", (id) => `${network}/networks/${id}`),
    "create subnet": async (it) => {
      const network_id = pick(it, "network", it.of);
      const cidr = `192.168.${it.at % 8}.0/29`;
      return network_id && make(it, "subnet", `${network}/subnets`, "subnet", { network_id, ip_version: 4, cidr });
    },
    "delete subnet": (it) => drop(it, "subnet", (id) => `${network}/subnets/${id}`),
    "create port": async (it) => {
      const network_id = pick(it, "network", it.of);
      return network_id && make(it, "port", `${network}/ports`, "port", { network_id });
    },
    "update port": (it) =>
      to(pick(it, "port", it.at), (id) =>
        ask(it, "PUT", `${network}/ports/${id}`, {
          port: { name: `p${it.of}`, fixed_ips: [{ ip_address: `10.${it.no}.1.${2 + (it.size % 12)}` }] },
        }),
      ),
    "delete port": (it) => drop(it, "port", (id) => `${network}/ports/${id}`),
    "connect subnet": (it) => leg(it, "add_router_interface"),
    "disconnect subnet": (it) => leg(it, "remove_router_interface"),
    "create floating ip": (it) => {
      const port_id = it.size % 2 === 0 ? pick(it, "port", it.of) : undefined;
      return make(it, "fip", `${network}/floatingips`, "floatingip", { floating_network_id: outside, port_id });
    },
    "move floating ip": (it) =>
      to(pick(it, "fip", it.at), (id) =>
        ask(it, "PUT", `${network}/floatingips/${id}`, {
          floatingip: { port_id: it.size % 4 === 0 ? null : (pick(it, "port", it.of) ?? null) },
        }),
      ),
    "delete floating ip": (it) => drop(it, "fip", (id) => `${network}/floatingips/${id}`),
    "create group": (it) =>
      make(it, "group", `${network}/security-groups`, "security_group", { name: `g${it.at % 4}` }),
    "delete group": (it) => drop(it, "group", (id) => `${network}/security-groups/${id}`),
    "create rule": async (it) => {
      const security_group_id = pick(it, "group", it.of);
      const port = 20 + (it.size % 20);
      const rule = { direction: "ingress", protocol: "tcp", port_range_min: port, port_range_max: port };
      return (
        security_group_id &&
        make(it, "rule", `${network}/security-group-rules`, "security_group_rule", { security_group_id, ...rule })
      );
    },
    "delete rule": (it) => drop(it, "rule", (id) => `${network}/security-group-rules/${id}`),
    "group port": (it) =>
      to(pick(it, "port", it.at), (id) => {
        const group = pick(it, "group", it.of);
        return ask(it, "PUT", `${network}/ports/${id}`, { port: { security_groups: group ? [group] : [] } });
      }),
    "list servers": (it) => ask(it, "GET", `${compute}/servers/detail?limit=20`),
    "show limits": (it) => ask(it, "GET", `${it.size % 2 ? compute : volume}/limits`),
    fault: async (it) => spoil(metal, it, it.size % 4 === 0 ? new Refused("It was refused by chance.") : unavailable()),
    hang: async (it) => spoil(metal, it, null),
    "move clock": async (it) => {
      cloud.advance(`${1 + (it.size % 4)}s`);
      return true;
    },
    "leap clock": async () => {
      cloud.advance("45s");
      return true;
    },
    kill: (it) => kill(it),
  };
  const leg = async (it: It, verb: string) => {
    const { body } = await ask(it, "GET", `${network}/subnets?network_id=${pick(it, "network", it.of)}`);
    const all = (body.subnets ?? []) as { id: string }[];
    const one = all[it.at % (all.length || 1)];
    return one && ask(it, "PUT", `${network}/routers/${it.project.router}/${verb}`, { subnet_id: one.id });
  };
  const spoil = (world: Metal, it: It, why: Error | null) => {
    counts.faults += 1;
    const [where, call] = spoilable[it.at % spoilable.length]!;
    const times = 1 + (it.of % 3);
    // A guest that keeps the nic of a port that is gone for good keeps it until it is off: no fault of anybody's.
    const fault = call === "detachNic" ? unavailable() : why;
    if (where === "network")
      world.network.faults.set(call, fault ? { how: "throw", error: fault, times } : { how: "hang", times });
    else if (fault) world[where].faults.throw(call as "create", fault, times);
    else world[where].faults.hang(call as "create", times);
    return true;
  };
  const kill = (it: It) => {
    opening = opening.then(async () => {
      const victim = processes.findIndex((_, i) => i === it.at % processes.length);
      const next = await cloud.another();
      const [dead] = processes.splice(victim, 1, next);
      dead?.kill();
      counts.kills += 1;
    });
    return opening.then(() => true);
  };
  return { processes, counts, wrongs, perform };
}

const unavailable = () => new Unavailable("It was out of reach by chance.");

const spoilable: readonly (readonly ["compute" | "network" | "storage", string])[] = [
  ...[
    "create",
    "create",
    "create",
    "destroy",
    "start",
    "askOff",
    "off",
    "attachDisk",
    "detachDisk",
    "attachNic",
    "detachNic",
  ].map((call) => ["compute", call] as const),
  ...[
    "putNetwork",
    "putPort",
    "putPort",
    "dropPort",
    "plug",
    "plug",
    "unplug",
    "putRouter",
    "putFloatingIp",
    "dropFloatingIp",
  ].map((call) => ["network", call] as const),
  ...["create", "create", "delete", "extend", "snapshot", "deleteSnapshot", "connect", "connect", "disconnect"].map(
    (call) => ["storage", call] as const,
  ),
];

function versionFor(path: string): string | undefined {
  return path.startsWith("/compute") ? "2.79" : path.startsWith("/volume") ? "3.59" : undefined;
}
