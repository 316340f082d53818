import { join } from "node:path";
import type { DaemonSpec } from "./daemon.ts";
import { prepareDatabase } from "./database-file.ts";

/** Where the schemas of the packages are. */
const schemas = {
  northbound: "/usr/share/ovn/ovn-nb.ovsschema",
  southbound: "/usr/share/ovn/ovn-sb.ovsschema",
  switch: "/usr/share/openvswitch/vswitch.ovsschema",
};

export interface Places {
  readonly central: string;
  readonly host: string;
}
export const placesIn = (stateDir: string): Places => ({
  central: join(stateDir, "central"),
  host: join(stateDir, "host"),
});
/** One server holds the northbound and the southbound database. */
export const centralSocket = ({ central }: Places) => join(central, "db.sock");
export const hostSocket = ({ host }: Places) => join(host, "db.sock");

/** What a cloud has once: both databases and the compiler between them. */
export function centralDaemons(places: Places): readonly DaemonSpec[] {
  const { central } = places;
  const [north, south] = [join(central, "nb.db"), join(central, "sb.db")];
  const remote = `unix:${centralSocket(places)}`;
  return [
    {
      ...inDirectory(central, "ovsdb-server"),
      command: [...plain(central, "ovsdb-server"), `--remote=p${remote}`, north, south],
      prepare: async () => {
        await prepareDatabase(north, schemas.northbound);
        await prepareDatabase(south, schemas.southbound);
      },
    },
    {
      ...inDirectory(central, "ovn-northd"),
      command: [...plain(central, "ovn-northd"), `--ovnnb-db=${remote}`, `--ovnsb-db=${remote}`],
    },
  ];
}

/** What every host has: the switch, its database, and what fills the switch's tables. In the order of their start. */
export function hostDaemons(places: Places, namespace: string | undefined) {
  const { host } = places;
  const file = join(host, "conf.db");
  const remote = `unix:${hostSocket(places)}`;
  const here = (name: string) => ({ ...inDirectory(host, name), namespace });
  return {
    database: {
      ...here("ovsdb-server"),
      command: [...plain(host, "ovsdb-server"), `--remote=p${remote}`, file],
      prepare: () => prepareDatabase(file, schemas.switch),
    },
    vswitch: { ...here("ovs-vswitchd"), command: [...plain(host, "ovs-vswitchd"), remote] },
    controller: {
      ...here("ovn-controller"),
      control: (pid: number) => join(host, `ovn-controller.${pid}.ctl`),
      command: [...common(host, "ovn-controller"), remote],
    },
  } satisfies Record<string, DaemonSpec>;
}

function inDirectory(directory: string, name: string) {
  const variables = [
    "OVS_RUNDIR",
    "OVS_LOGDIR",
    "OVS_DBDIR",
    "OVS_SYSCONFDIR",
    "OVN_RUNDIR",
    "OVN_LOGDIR",
    "OVN_DBDIR",
  ];
  return {
    name,
    pidfile: join(directory, `${name}.pid`),
    control: (_pid: number) => controlOf(directory, name),
    env: { PATH: process.env.PATH, ...Object.fromEntries(variables.map((variable) => [variable, directory])) },
  };
}

const controlOf = (directory: string, name: string) => join(directory, `${name}.ctl`);

const common = (directory: string, name: string) => [
  name,
  "--detach",
  "--no-chdir",
  `--pidfile=${join(directory, `${name}.pid`)}`,
  `--log-file=${join(directory, `${name}.log`)}`,
  "-vconsole:off",
];
const plain = (directory: string, name: string) => [
  ...common(directory, name),
  `--unixctl=${controlOf(directory, name)}`,
];
