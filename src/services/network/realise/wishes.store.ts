import { owners } from "../port/port.ts";
import type { NetworkDb } from "../resource/resource.store.ts";
import type { Wishes } from "./wishes.ts";

/** What there is to be, on these hosts or (none named) on all. */
export async function listWishes(db: NetworkDb, on: readonly string[] = []): Promise<Wishes> {
  const ports = await db.selectFrom("networkPorts").select(["id", "deviceOwner", "host"]).execute();
  const isHere = (host: string | null) => host !== null && (on.length === 0 || on.includes(host));
  const own = new Set<string>(Object.values(owners));
  const taps = await db.selectFrom("networkTaps").select(["portId", "host", "device"]).execute();
  const floating = await db.selectFrom("networkFloatingIps").select(["id", "portId"]).execute();
  const subnets = await db.selectFrom("networkSubnets").select("id").execute();
  const rules = await db.selectFrom("networkSecurityGroupRules").select("id").execute();
  return {
    networks: ids(await db.selectFrom("networkNetworks").select("id").execute()),
    securityGroups: ids(await db.selectFrom("networkSecurityGroups").select("id").execute()),
    routers: ids(await db.selectFrom("networkRouters").select("id").execute()),
    ports: ids(ports.filter((port) => !own.has(port.deviceOwner))),
    taps: taps.filter((tap) => tap.device !== null && isHere(tap.host)).map((tap) => tap.portId),
    floatingIps: ids(floating.filter((it) => it.portId !== null)),
    parts: ids([...ports.filter((port) => own.has(port.deviceOwner)), ...subnets, ...rules]),
    hosts: [...new Set([...ports, ...taps].map((it) => it.host).filter(isHere))],
  };
}
function ids(rows: readonly { readonly id: string }[]): string[] {
  return rows.map((row) => row.id);
}
