import type { Edit } from "../ovsdb/edit.ts";
import type { Replica } from "../ovsdb/replica.ts";
import { bridgeId, portOf, portRows } from "./bridges.ts";

export interface HostScope {
  readonly replica: Replica;
  readonly edit: Edit;
  readonly integration: string;
  /** The network namespace that is the host; absent: the program's own. */
  readonly namespace?: string;
}

/** Joins a device to the integration bridge; "iface-id" names the logical port that it is. */
export function join({ replica, edit, integration }: HostScope, name: string, ids: Readonly<Record<string, string>>) {
  return edit(() => ({ rows: portRows({ name, bridge: bridgeId(replica, integration), type: "", ids, port: {} }) }));
}

export function leave({ edit }: HostScope, device: string) {
  return edit(() => ({ gone: [portOf(device)] }));
}
