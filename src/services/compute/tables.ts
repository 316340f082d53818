import type { ColumnType, Generated } from "#platform/store/db.ts";
import type { Aggregate, AggregateHost } from "./aggregate/aggregate.ts";
import type { Flavor, FlavorAccess } from "./flavor/flavor.ts";
import type { ComputeHost } from "./host/host.ts";
import type { Keypair } from "./keypair/keypair.ts";
import type { ServerDisk } from "./server/disk.ts";
import type { Server, ServerJson } from "./server/server.ts";
import type { ServerGroup } from "./server-group/server-group.ts";

/** Rows are the domain's own types; the store spells them in snake_case for the database. */
export interface ComputeTables {
  computeServers: Stored<Server, ServerJson>;
  computeServerDisks: ServerDisk;
  computeFlavors: Stored<Flavor, "extraSpecs">;
  computeFlavorAccess: FlavorAccess;
  computeKeypairs: Omit<Keypair, "id"> & { id: Generated<number> };
  computeServerGroups: ServerGroup;
  computeAggregates: Omit<Stored<Aggregate, "metadata">, "id"> & { id: Generated<number> };
  computeAggregateHosts: AggregateHost;
  computeHosts: Stored<ComputeHost, "cpuInfo" | "traits">;
}

/** A row type whose named columns are jsonb: read as they are, written as JSON text. */
export type Stored<Row, Json extends keyof Row> = Omit<Row, Json> & { [k in Json]: ColumnType<Row[k], string, string> };
