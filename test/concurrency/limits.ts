import type { TestCloud } from "#test/cloud.ts";
import type { Ground, Project } from "./ground.ts";

type Call = TestCloud["call"];

/** What the APIs say that projects use, where it differs from the rows. */
export async function miscounts({ cloud, projects }: Ground, call: Call): Promise<string[]> {
  const found: string[] = [];
  for (const project of projects) {
    const [said, counted] = [await saidOf(call, project), await countedOf(cloud, project.id)];
    for (const [what, amount] of Object.entries(counted))
      if (said[what] !== amount)
        found.push(`${project.as} is said to use ${said[what]} ${what}; the rows are ${amount}`);
  }
  return found;
}

async function saidOf(call: Call, { as, id }: Project): Promise<Record<string, number>> {
  const servers = (await call("GET", "/compute/v2.1/limits", { as })).body.limits.absolute;
  const volumes = (await call("GET", "/volume/v3/limits", { as })).body.limits.absolute;
  const { quota } = (await call("GET", `/network/v2.0/quotas/${id}/details`, { as })).body;
  const ofNetwork = Object.entries(quota as Record<string, { used: number }>).map(([what, { used }]) => [
    camel(what),
    used,
  ]);
  return {
    instances: servers.totalInstancesUsed,
    cores: servers.totalCoresUsed,
    ram: servers.totalRAMUsed,
    volumes: volumes.totalVolumesUsed,
    snapshots: volumes.totalSnapshotsUsed,
    gigabytes: volumes.totalGigabytesUsed,
    ...Object.fromEntries(ofNetwork),
  };
}

/** As the names of columns come back. */
const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

async function countedOf({ database }: TestCloud, projectId: string): Promise<Record<string, number>> {
  const of = (table: string, sum = "count(*)", more = "true") =>
    `(select coalesce(${sum}, 0)::int from ${table} where project_id = $1 and ${more})`;
  const live = "state <> 'deleted'";
  const { rows } = await database.pool.query(
    `select ${of("compute_servers", "count(*)", live)} as instances, ${of("compute_servers", "sum(vcpus)", live)} as cores,
      ${of("compute_servers", "sum(memory_mib)", live)} as ram, ${of("block_storage_volumes")} as volumes,
      ${of("block_storage_snapshots")} as snapshots,
      ${of("block_storage_volumes", "sum(gib)")} + ${of("block_storage_snapshots", "sum(gib)")} as gigabytes,
      ${of("network_networks")} as network, ${of("network_subnets")} as subnet, ${of("network_ports")} as port,
      ${of("network_floating_ips")} as floatingip, ${of("network_security_groups")} as security_group,
      ${of("network_security_group_rules")} as security_group_rule`,
    [projectId],
  );
  return rows[0];
}
