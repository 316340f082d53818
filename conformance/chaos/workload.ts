import { untilAgain as until } from "../until.ts";
import type { Answer, Cloud } from "./cloud.ts";
import { type Ground, isGone } from "./ground.ts";

/** What was promised, and has to be so at the end. */
interface Promised {
  readonly made: Set<string>;
  readonly dropped: Set<string>;
  /** The volume that was asked last to be at the server, or away from it. */
  readonly plugged: Map<string, "in-use" | "available">;
}
type Act = (cloud: Cloud) => Promise<unknown>;

const volumes = "/volume/v3/volumes";
const ports = "/network/v2.0/ports";

/** A user who creates, plugs and deletes one thing after the other, whatever is killed meanwhile. */
export function beginWork(cloud: Cloud, { network }: Ground, serverId: string, chance: () => number) {
  const promised: Promised = { made: new Set(), dropped: new Set(), plugged: new Map() };
  const attachments = `/compute/v2.1/servers/${serverId}/os-volume_attachments`;
  let ended = false;
  const acts: readonly Act[] = [
    async () => made(volumes, await cloud.call("POST", volumes, { volume: { size: 1, name: "work" } }), "volume"),
    async () => made(ports, await cloud.call("POST", ports, { port: { network_id: network, name: "work" } }), "port"),
    () => drop(volumes),
    () => drop(ports),
    () => plug(),
  ];
  const working = work();

  async function work() {
    while (!ended) {
      await acts[Math.floor(chance() * acts.length)]!(cloud);
      await new Promise((then) => setTimeout(then, 100 + chance() * 150));
    }
  }

  function made(path: string, { status, body }: Answer, key: string) {
    if (status > 0 && status < 300) promised.made.add(`${path}/${body[key].id}`);
  }

  async function drop(path: string) {
    const mine = [...promised.made].filter((it) => it.startsWith(path) && !promised.plugged.has(it));
    const one = mine[Math.floor(chance() * mine.length)];
    if (!one || mine.length < 3) return;
    const { status } = await cloud.call("DELETE", one);
    if (status === 0 || status >= 300) return status === 0 && promised.made.delete(one);
    promised.made.delete(one);
    promised.dropped.add(one);
  }

  /** One volume is plugged in; and out again. */
  async function plug() {
    const [[at, state] = []] = promised.plugged;
    if (!at || state === "available") return plugIn();
    const { status } = await cloud.call("DELETE", `${attachments}/${idIn(at)}`);
    if (status === 202) promised.plugged.set(at, "available");
  }

  async function plugIn() {
    const [one] = [...promised.made].filter((it) => it.startsWith(volumes));
    if (!one) return;
    const { status } = await cloud.call("POST", attachments, { volumeAttachment: { volumeId: idIn(one) } });
    if (status === 200) promised.plugged.set(one, "in-use");
  }

  async function check() {
    for (const path of promised.dropped) await isGone(cloud, path, 30);
    for (const path of promised.made) await there(path);
  }

  async function there(path: string) {
    const { status, body } = await cloud.call("GET", path);
    if (status !== 200) throw new Error(`lost: ${path} was acknowledged and is answered ${status}`);
    if (!path.startsWith(volumes)) return;
    const wanted = promised.plugged.get(path) ?? "available";
    if (body.volume.status !== wanted) throw new Error(`${path} is ${body.volume.status} and should be ${wanted}`);
  }

  async function dropAll() {
    for (const [path] of promised.plugged) await cloud.call("DELETE", `${attachments}/${idIn(path)}`);
    await cloud.calm(240);
    for (const path of [...promised.made])
      await until(`${path} can be deleted`, 60, () => cloud.call("DELETE", path), gone);
    await cloud.calm(60);
  }

  return {
    /** Resolves when it has worked for so long. */
    ran: (ms: number) => new Promise<void>((then) => setTimeout(then, ms)),
    async end() {
      ended = true;
      await working;
      return { check, drop: dropAll };
    },
  };
}

const idIn = (path: string) => path.split("/").at(-1)!;
const gone = ({ status }: Answer) => status === 204 || status === 202 || status === 404;
