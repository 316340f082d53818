import { mkdir } from "node:fs/promises";
import { flushCompileCache } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import { realDrivers, services, simulatedDrivers, wire } from "#cloud";
import { loadPolicy } from "#platform/api/policy.ts";
import { type Config, ConfigError } from "#platform/config/config.ts";
import type { Log } from "#platform/log/log.ts";
import { openSpine, type Spine } from "#platform/spine.ts";
import { type Database, openDatabase } from "#platform/store/database.ts";
import { migrate } from "#platform/store/migrate.ts";
import { startPostgres } from "#platform/store/postgres.ts";
import { useSecret } from "#platform/store/seal.ts";
import { inTurn } from "#platform/store/turn.ts";
import { systemClock } from "#platform/time/clock.ts";
import { endAll } from "#platform/time/ending.ts";
import { administratorToken } from "#services/identity/administrator.ts";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import type { IdentityDriver } from "#services/identity/driver.ts";
import { refuseDeepTrees } from "#services/identity/limit/depth.work.ts";
import { askControl, serveControl } from "./control.ts";
import { writeCredentials } from "./credentials.ts";
import { loadDomainConfigs } from "./domain-configs.ts";
import { guestImage } from "./guest-image.ts";
import { identityAnswers } from "./identity.answers.ts";
import { caches } from "./installation.ts";
import { killProbe } from "./kill.ts";
import { readStatus } from "./motion.ts";
import { policyAnswers } from "./policy.answers.ts";
import { publicUrl } from "./public-url.ts";
import { readSecrets, type Secrets } from "./secrets.ts";
import { asAdmin, seed } from "./seed.ts";
import { controlSocket, openLog, settings } from "./settings.ts";

/** Runs the cloud until it is told to stop; ends the process. */
export async function up(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const config = settings(flags);
  await refuseTwice(config);
  await mkdir(config.state, { recursive: true, mode: 0o711 });
  const log = openLog(config);
  const began = performance.now();
  const say = progress(began);
  const cloud = await assemble(config, log, say);
  await announce(config, cloud.spine, cloud.secrets, began);
  flushCompileCache();
  await untilTold(config, cloud);
  process.exit(0);
}

async function refuseTwice(config: Config): Promise<void> {
  const running = (await askControl(controlSocket(config), "/status").catch(() => undefined)) as
    | { pid: number; url: string }
    | undefined;
  if (running)
    throw new Error(
      `Crunch already runs on ${config.state} (process ${running.pid}, ${running.url}). Stop it with: crunch down`,
    );
}

function progress(began: number) {
  return (text: string) => console.log(`  ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text}`);
}

interface Assembled {
  readonly spine: Spine;
  readonly secrets: Secrets;
  readonly passwords: Omit<IdentityDriver, "federation">;
  readonly stop: (how: { all: boolean }) => Promise<void>;
  readonly status: () => Promise<object>;
}

async function assemble(config: Config, log: Log, say: (text: string) => void): Promise<Assembled> {
  const secrets = await readSecrets(config.state);
  useSecret(config.secret ?? secrets.secret);
  const metal = config.simulated
    ? simulatedMetal(config, log)
    : await realDrivers({ ...metalOptions(config), log, settings: config });
  const [store] = await Promise.all([openStore(config, log, say), metal.start(say)]);
  const { database } = store;
  const ran = await migrate(database, migrations());
  if (ran.length > 0) say(`schema brought up to date (${ran.length} migrations)`);
  const policy = await loadPolicy(
    services.flatMap((s) => s.routes.map((r) => r.rule)),
    config.policy,
  );
  const verify = (token: string) => identityOffer().verify(token);
  const spine = await openSpine({
    services,
    drivers: metal.drivers,
    hosts: config.simulated ? [] : [config["host-name"]],
    database,
    clock: systemClock,
    log,
    policy,
    verify,
    settings: config,
    probe: killProbe(process.env),
  });
  wire(metal.drivers, spine);
  await refuseDeepTrees(spine.write);
  await bootstrapIdentity(spine.write, metal.drivers.identity, {
    adminPassword: secrets.adminPassword,
    demoPassword: secrets.demoPassword,
    publicUrl: publicUrl(config),
    region: config.region,
  });
  await spine.begin();
  await listen(config, spine);
  await spine.door.ready();
  const token = await administratorToken(spine.write);
  const image = () => guestImage(config, say);
  const seeds = token && { door: spine.door, token, external: config.external, image };
  if (seeds) await inTurn(database, () => seed(seeds));
  const folder = config["domain-configs"];
  if (seeds && folder) await inTurn(database, () => loadDomainConfigs(folder, asAdmin(seeds), say));
  const stop = async ({ all }: { all: boolean }) => {
    await endAll(log, [
      ["the API and the work under way", () => spine.stop()],
      ["guests and networks", () => metal.stop({ everything: all })],
      ["the connections to the database", () => database.close()],
      ["the database", () => store.stop()],
    ]);
  };
  return {
    spine,
    secrets,
    passwords: metal.drivers.identity,
    stop,
    status: () =>
      readStatus({ config, database, operations: spine.operations, url: publicUrl(config), kind: metal.kind }),
  };
}

function identityOffer() {
  const found = services.find((s) => s.type === "identity")?.offer?.identity;
  return found as { verify(token: string): Promise<import("#platform/api/rules.ts").Actor | undefined> };
}

function migrations() {
  const platform = { owner: "platform", folder: new URL("../platform/store/migrations/", import.meta.url) };
  return [platform, ...services.map((s) => ({ owner: s.type, folder: s.migrations }))];
}

function simulatedMetal(config: Config, log: Log) {
  const { hosts, state, world = join(state, "world") } = config;
  const drivers = simulatedDrivers({ hosts, world, settings: config, log });
  const kind = `simulated, ${hosts} host${hosts === 1 ? "" : "s"}`;
  return { drivers, kind, start: async () => {}, stop: async () => {} };
}

export function metalOptions(config: Config) {
  const { state, external, prefix, "host-name": host, listen } = config;
  return {
    state,
    external,
    prefix,
    host,
    sockets: ovnSockets(config),
    ip: listen === "0.0.0.0" ? "127.0.0.1" : listen,
  };
}

/** All three sockets of an OVN that runs already, or none. */
function ovnSockets({ "ovn-northbound": northbound, "ovn-southbound": southbound, "ovs-database": ovs }: Config) {
  if (!northbound && !southbound && !ovs) return undefined;
  if (northbound && southbound && ovs) return { northbound, southbound, switch: ovs };
  throw new ConfigError("ovn-northbound, ovn-southbound and ovs-database go together");
}

async function openStore(
  config: Config,
  log: Log,
  say: (text: string) => void,
): Promise<{ database: Database; stop(): Promise<void> }> {
  const size = Math.max(10, cpus().length * 5);
  if (config.database) {
    const database = openDatabase(config.database, size);
    await database.pool.query("select 1");
    return { database, stop: async () => {} };
  }
  const copies = join(config.state, "templates");
  const templates = [caches.postgres, copies];
  const postgres = await startPostgres({ dir: join(config.state, "postgres"), copies, templates, log });
  say("database is up (own PostgreSQL, unix socket only)");
  return { database: openDatabase(postgres.url, size), stop: postgres.stop };
}

async function listen({ listen: host, port }: Config, { door }: Spine): Promise<void> {
  try {
    await door.listen({ host, port });
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code !== "EADDRINUSE") throw why;
    throw new Error(`port ${port} on ${host} is taken; give another one with --port`);
  }
}

async function announce(config: Config, spine: Spine, secrets: Secrets, began: number): Promise<void> {
  const url = publicUrl(config);
  const { openrc, openrcDemo, clouds } = await writeCredentials(config.state, url, config.region, secrets);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`
Crunch is up at ${url} after ${seconds} s (${spine.loops.names.length} loops watch over it).
  credentials   ${openrcDemo} (demo), ${openrc} (admin), ${clouds}
  log           ${config["log-file"] || join(config.state, "crunch.log")}
Next:
  . ${openrcDemo}
  openstack server create --image mini --flavor m1.tiny --network private --wait first
`);
}

/** Ctrl-C, SIGTERM or `crunch down`. */
async function untilTold(config: Config, { spine, passwords, secrets, stop, status }: Assembled): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<{ all: boolean }>();
  const control = await serveControl(controlSocket(config), {
    operations: spine.operations,
    status,
    leftovers: () => spine.leftovers(),
    more: {
      ...policyAnswers(spine),
      ...identityAnswers({ spine, passwords, config, url: publicUrl(config), secrets }),
    },
    stop: async (how) => resolve(how),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve({ all: false }));
  const how = await promise;
  console.log("Stopping: requests finish, work under way is handed over …");
  await stop(how);
  const closed = new Promise((then) => control.close(then));
  control.closeAllConnections();
  await closed;
  console.log(how.all ? "Stopped." : "Stopped. Guests keep running; the next start finds them.");
}
