import type { Edit } from "../ovsdb/edit.ts";
import type { Replica } from "../ovsdb/replica.ts";
import { bridgeId, interfaceOf, portOf, portRows } from "./bridges.ts";

export interface HostScope {
  readonly replica: Replica;
  readonly edit: Edit;
  readonly integration: string;
  /** What is this cloud's and no other's on this host. */
  readonly prefix: string;
  /** The network namespace that is the host; absent: the program's own. */
  readonly namespace?: string;
}

export interface JoinWish {
  readonly device: string;
  readonly bridge: string;
  /** The interface's external_ids; "iface-id" names the logical port that it is. */
  readonly ids: Readonly<Record<string, string>>;
  /** The kernel's number of the device: the switch is not to go on with an older one of the same name. */
  readonly ifindex: number;
}

/** Joins a device to a bridge. */
export async function join(scope: HostScope, { device, bridge, ids, ifindex }: JoinWish): Promise<void> {
  const { replica, edit } = scope;
  const all = { ...ids, [ifindexMark]: String(ifindex) };
  const known = replica.row("Interface", interfaceOf(device).uuid)?.external_ids as
    | ReadonlyMap<string, string>
    | undefined;
  if (known && known.get(ifindexMark) !== all[ifindexMark]) await leave(scope, device);
  await edit(() => ({
    rows: portRows({ name: device, bridge: bridgeId(replica, bridge), type: "", ids: all, port: {} }),
  }));
}

const ifindexMark = "crunch:ifindex";

/** Takes a device from its bridge; the switch has let go of it when this resolves. */
export async function leave({ replica, edit }: HostScope, device: string): Promise<void> {
  replica.check();
  if (!replica.row("Interface", interfaceOf(device).uuid)) return;
  await edit(() => ({ gone: [portOf(device)] }));
  await settled(replica, settleWithin);
}

const settleWithin = 5_000;

/** Waits until the switch has done what its database says. */
export async function settled(replica: Replica, within: number): Promise<void> {
  const [uuid] = replica.rows("Open_vSwitch").keys();
  const where = [["_uuid", "==", ["uuid", uuid]]];
  await replica.transact([{ op: "mutate", table: "Open_vSwitch", where, mutations: [["next_cfg", "+=", 1]] }]);
  const root = () => replica.row("Open_vSwitch", uuid!);
  const wanted = Number(root()?.next_cfg);
  await replica.until(() => (Number(root()?.cur_cfg) >= wanted ? true : undefined), within, "The switch");
}
