import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  addNamespace,
  dropNamespace,
  findLink,
  getLink,
  guestGroup,
  inNamespace,
  ip,
  namespaces,
  run,
} from "#agent/netns.ts";
import type { Log } from "#platform/log/log.ts";
import { bytesOf } from "#platform/service/content.ts";
import type { Trace } from "#platform/service/trace.ts";
import type { MetadataAnswer, MetadataQuestion } from "#services/network/driver.ts";
import { type HostScope, join, leave } from "./join.ts";

export interface MetadataSpec {
  readonly networkId: string;
  readonly portId: string;
  readonly mac: string;
  readonly mtu: number;
  readonly cidrs: readonly string[];
}
export type AnswerMetadata = (question: MetadataQuestion) => Promise<MetadataAnswer>;
/** The places on a host where guests find 169.254.169.254, one for each network: a namespace with a listener in it. */
export interface MetadataDoors {
  /** Opens exactly these, closes any other. Answers the networks for which that failed. */
  open(networks: readonly MetadataSpec[]): Promise<readonly string[]>;
  /** Stops listening; the namespaces stay. */
  stop(): Promise<void>;
  traces(): Promise<readonly Trace[]>;
}
export interface DoorScope {
  readonly host: HostScope;
  readonly log: Log;
  /** What the names of this instance's namespaces start with. */
  readonly prefix: string;
  readonly answer: AnswerMetadata;
}
interface Door {
  readonly spec: string;
  readonly server: Server;
}

const metadataAddress = "169.254.169.254/32";
const [mostConnections, longestWait, atOnce] = [128, 15_000, 8];

export function metadataDoors(scope: DoorScope): MetadataDoors {
  const doors = new Map<string, Door>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    open: (networks) => {
      const done = last.then(() => openExactly(networks));
      last = done.catch(() => undefined);
      return done;
    },
    stop: async () => {
      await last;
      for (const networkId of [...doors.keys()]) shut(networkId);
    },
    traces: async () =>
      (await ownNamespaces()).map((name) => ({ kind: "network namespace", subject: networkOf(name), where: name })),
  };

  async function openExactly(networks: readonly MetadataSpec[]) {
    const wanted = new Set(networks.map(({ networkId }) => networkId));
    const unwanted = (await ownNamespaces()).map(networkOf).filter((networkId) => !wanted.has(networkId));
    const opened = await each(networks, openOne, ({ networkId }) => networkId);
    return [...opened, ...(await each(unwanted, remove, (networkId) => networkId))];
  }

  /** A few at a time; one network's trouble is not another's. */
  async function each<T>(all: readonly T[], act: (one: T) => Promise<void>, networkId: (one: T) => string) {
    const failed: string[] = [];
    const attempt = (one: T) =>
      act(one).catch((err: Error) => {
        scope.log.error({ networkId: networkId(one), err }, "a metadata address is not as it should be");
        failed.push(networkId(one));
      });
    for (let at = 0; at < all.length; at += atOnce) await Promise.all(all.slice(at, at + atOnce).map(attempt));
    return failed;
  }

  async function openOne(spec: MetadataSpec) {
    const text = JSON.stringify(spec);
    const door = doors.get(spec.networkId);
    if (door?.spec === text && door.server.listening) return;
    shut(spec.networkId);
    await wire(scope, spec);
    const server = await inNamespace(nameOf(spec.networkId), () => listen(scope, spec.networkId));
    doors.set(spec.networkId, { spec: text, server });
  }

  function shut(networkId: string) {
    const door = doors.get(networkId);
    doors.delete(networkId);
    door?.server.close();
    door?.server.closeAllConnections();
  }

  async function remove(networkId: string) {
    shut(networkId);
    const device = deviceOf(networkId);
    await leave(scope.host, device);
    if (await findLink(scope.host.namespace, device)) await ip(scope.host.namespace, `link delete dev ${device}`);
    await dropNamespace(nameOf(networkId));
  }

  function nameOf(networkId: string) {
    return `${scope.prefix}-md-${networkId}`;
  }

  function networkOf(name: string) {
    return name.slice(nameOf("").length);
  }

  async function ownNamespaces() {
    return (await namespaces()).filter((name) => name.startsWith(nameOf("")));
  }
}

const deviceOf = (networkId: string) => `cmd-${networkId.slice(0, 11)}`;

/** One veth pair: one end in the namespace with the addresses, the other in the integration bridge. */
async function wire({ host, prefix }: DoorScope, { networkId, portId, mac, mtu, cidrs }: MetadataSpec) {
  const [name, device] = [`${prefix}-md-${networkId}`, deviceOf(networkId)];
  await addNamespace(name);
  if (!(await findLink(host.namespace, device))) {
    await ip(host.namespace, `link add ${device} type veth peer name eth0 netns ${name}`);
  }
  await ip(
    host.namespace,
    `link set dev ${device} mtu ${mtu} group ${guestGroup} arp off addrgenmode none`,
    `link set dev ${device} up`,
  );
  await ip(
    name,
    "link set dev lo up",
    "address flush dev eth0",
    `link set dev eth0 address ${mac} mtu ${mtu} up`,
    ...[...cidrs, metadataAddress].map((cidr) => `address add ${cidr} dev eth0`),
  );
  await run(["ethtool", "-K", "eth0", "tx", "off"], { namespace: name });
  const ids = { "iface-id": portId, "crunch:id": networkId, "crunch:kind": "metadata" };
  const { ifindex } = await getLink(host.namespace, device);
  await join(host, { device, bridge: host.integration, ids, ifindex });
}

function listen(scope: DoorScope, networkId: string): Server {
  const server = createServer((request, response) => void serve(scope, networkId, request, response));
  server.maxConnections = mostConnections;
  server.requestTimeout = longestWait;
  server.headersTimeout = longestWait;
  server.on("error", (err) => scope.log.error({ networkId, err }, "nobody listens at a metadata address"));
  return server.listen({ port: 80 });
}

async function serve(scope: DoorScope, networkId: string, request: IncomingMessage, response: ServerResponse) {
  const sourceIp = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const asked = { networkId, sourceIp, method: request.method ?? "GET", path: request.url ?? "/" };
  const answer = await answerWith(scope, request, asked).catch((err): MetadataAnswer => {
    scope.log.error({ networkId, sourceIp, err }, "a metadata question failed");
    return { status: 500, contentType: "text/plain", body: "Internal Server Error" };
  });
  response.writeHead(answer.status, { "content-type": answer.contentType }).end(bytesOf(answer.body));
}

const longestBody = 4096;

async function answerWith({ answer }: DoorScope, request: IncomingMessage, asked: MetadataQuestion) {
  if (asked.method !== "POST") {
    request.resume();
    return answer(asked);
  }
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= longestBody) parts.push(part);
  }
  if (length > longestBody) return { status: 413, contentType: "text/plain", body: "Content Too Large" };
  return answer({ ...asked, body: Buffer.concat(parts).toString("utf8") });
}
