import type { Client } from "./clients.ts";

export interface Ground {
  readonly flavor: string;
  readonly image: string;
  readonly network: string;
}
export interface Work {
  rounds: number;
  /** What did not come as it was promised. */
  readonly lost: string[];
}

const [servers, volumes, ports] = ["/compute/v2.1/servers", "/volume/v3/volumes", "/network/v2.0/ports"];
const [networks, images] = ["/network/v2.0/networks", "/image/v2/images"];

/** A user who makes a server, a volume and a port, joins them, parts them and deletes them, over and over until told to stop. */
export async function keepWorking(
  client: Client,
  ground: Ground,
  name: string,
  chance: () => number,
  work: Work,
  goesOn: () => boolean,
) {
  for (let round = 1; goesOn(); round += 1) {
    await once(client, ground, `${name}-${round}`, chance).catch((why: Error) => work.lost.push(why.message));
    work.rounds += 1;
  }
}

async function once(client: Client, { flavor, image, network }: Ground, name: string, chance: () => number) {
  const { make, drop, gone, is } = client;
  const draft = { name, flavorRef: flavor, imageRef: image, networks: [{ uuid: network }] };
  const server = await make(servers, "server", draft);
  if (chance() < 0.2) await withImage(client, name);
  if (chance() < 0.2) await withNetwork(client, name);
  const hurries = chance() < 0.2;
  const volume = await make(volumes, "volume", { name, ...{ size: 1 } });
  if (!hurries) {
    await is(`${servers}/${server}`, "server", "ACTIVE");
    await is(`${volumes}/${volume}`, "volume", "available");
    await plugged(client, server, volume);
    if (chance() < 0.5) await withPort(client, server, network, name);
    if (chance() < 0.3) await turnedOffAndOn(client, server);
    if (chance() < 0.7) await unplugged(client, server, volume);
  }
  await drop(`${servers}/${server}`);
  await gone(`${servers}/${server}`);
  await is(`${volumes}/${volume}`, "volume", "available");
  await drop(`${volumes}/${volume}`);
  await gone(`${volumes}/${volume}`);
}

async function plugged(client: Client, server: string, volume: string) {
  const path = `${servers}/${server}/os-volume_attachments`;
  const done = async () => {
    const { body } = await client.get(path);
    const found = (body.volumeAttachments as { volumeId: string }[]).some((it) => it.volumeId === volume);
    return found ? { status: 200, text: "", body } : undefined;
  };
  await client.call("POST", path, { volumeAttachment: { volumeId: volume } }, { done });
  await client.is(`${volumes}/${volume}`, "volume", "in-use");
}

async function unplugged(client: Client, server: string, volume: string) {
  const path = `${servers}/${server}/os-volume_attachments/${volume}`;
  const done = async () => {
    const { body, text } = await client.get(`${volumes}/${volume}`);
    return body.volume.status === "in-use" ? undefined : { status: 202, text, body };
  };
  await client.call("DELETE", path, undefined, { done, fine: [404] });
  await client.is(`${volumes}/${volume}`, "volume", "available");
}

async function withPort(client: Client, server: string, network: string, name: string) {
  const port = await client.make(ports, "port", { name, ...{ network_id: network } });
  const path = `${servers}/${server}/os-interface`;
  const has = async () => {
    const { body } = await client.get(path);
    return (body.interfaceAttachments as { port_id: string }[]).some((it) => it.port_id === port);
  };
  const done = async () => ((await has()) ? { status: 200, text: "", body: {} } : undefined);
  await client.call("POST", path, { interfaceAttachment: { port_id: port } }, { done });
  await client.is(`${ports}/${port}`, "port", "ACTIVE");
  await client.drop(`${path}/${port}`);
  await client.is(`${ports}/${port}`, "port", "DOWN");
  await client.drop(`${ports}/${port}`);
  await client.gone(`${ports}/${port}`);
}

async function withImage(client: Client, name: string) {
  const asked = { name, disk_format: "raw", container_format: "bare" };
  const path = `${images}/${await client.make(images, "", asked)}`;
  const done = async () => {
    const { body, text } = await client.get(path);
    return body.status === "active" ? { status: 204, text, body } : undefined;
  };
  await client.call("PUT", `${path}/file`, Buffer.alloc(2 ** 16), { done });
  await client.is(path, "", "active");
  await client.drop(path);
  await client.gone(path);
}

async function withNetwork(client: Client, name: string) {
  const network = await client.make(networks, "network", { name });
  const subnet = { name, ...{ network_id: network, ip_version: 4, cidr: "10.77.0.0/24" } };
  await client.make("/network/v2.0/subnets", "subnet", subnet);
  const port = await client.make(ports, "port", { name: `${name}-alone`, ...{ network_id: network } });
  await client.drop(`${ports}/${port}`);
  await client.gone(`${ports}/${port}`);
  await client.drop(`${networks}/${network}`);
  await client.gone(`${networks}/${network}`);
}

async function turnedOffAndOn(client: Client, server: string) {
  const path = `${servers}/${server}`;
  for (const [action, status] of [
    ["os-stop", "SHUTOFF"],
    ["os-start", "ACTIVE"],
  ] as const) {
    const done = async () => {
      const { body, text } = await client.get(path);
      const { status: now, "OS-EXT-STS:task_state": task } = body.server;
      return now === status || task ? { status: 202, text, body } : undefined;
    };
    await client.call("POST", `${path}/action`, { [action]: null }, { done });
    await client.is(path, "server", status);
  }
}
