import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addNamespace, dropNamespace, ip } from "#agent/netns.ts";
import { newLog } from "#platform/log/log.ts";
import { type OvnNetwork, type OvnOptions, ovnNetwork } from "./ovn.ts";

/** Why the tests with a real switch cannot run here; false if they can. */
export function cannotRun(): string | false {
  if (process.getuid?.() !== 0) return "needs root";
  const missing = ["ovsdb-server", "ovn-northd", "ovs-vswitchd", "ovn-controller", "ip", "nft", "ethtool"].filter(
    (name) => spawnSync("which", [name]).status !== 0,
  );
  return missing.length > 0 && `needs ${missing.join(", ")}`;
}

/** An OVN of its own, whose host is a network namespace, so that it meets no other on this machine. */
export interface Bench {
  /** A test may put another in its place, which then ends everything. */
  driver: OvnNetwork;
  readonly options: OvnOptions;
  readonly host: string;
  readonly namespace: string;
  end(): Promise<void>;
}

export async function bench(more: Partial<OvnOptions> = {}): Promise<Bench> {
  const tag = `ct${randomBytes(2).toString("hex")}`;
  const stateDir = await mkdtemp(join(tmpdir(), "crunch-ovn-"));
  const log = newLog({ level: process.env.CRUNCH_TEST_LOG ?? "silent" });
  await addNamespace(tag);
  await ip(tag, "link set dev lo up");
  const options = { stateDir, host: tag, log, namespace: tag, prefix: tag, datapath: "netdev" as const, ...more };
  const driver = ovnNetwork(options);
  await driver.start();
  const made: Bench = {
    driver,
    options,
    host: tag,
    namespace: tag,
    end: async () => {
      await made.driver.stop({ everything: true });
      await dropNamespace(tag);
      await rm(stateDir, { recursive: true });
    },
  };
  return made;
}

/** Everything in the northbound database and the switch's, but for what the daemons count there. */
export function databaseNow({ options }: Bench): string {
  const dump = (socket: string, ...what: readonly string[]) =>
    execFileSync("ovsdb-client", ["dump", `unix:${options.stateDir}/${socket}`, ...what], { encoding: "utf8" });
  const north = ["Logical_Switch", "Logical_Switch_Port", "DHCP_Options", "Port_Group", "ACL"].map((table) =>
    dump("central/db.sock", "OVN_Northbound", table),
  );
  return [...north, dump("host/db.sock", "Open_vSwitch", "Port")].join("\n");
}
