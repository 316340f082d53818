import { join } from "node:path";
import fastify from "fastify";
import { simulatedDrivers } from "#cloud";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import type { PasswordDriver } from "#services/identity/driver.ts";
import { identityOffer } from "#services/identity/offer.ts";
import type { Bench } from "../bench.ts";
import { discard } from "../cloud.ts";
import { type Inside, openInside } from "../inside.ts";

const words = { adminPassword: "bench", demoPassword: "bench", publicUrl: "http://cloud", region: "RegionOne" };

/** What a token check takes within a request, and whether long lists cost more per row than short ones. */
export async function identity(bench: Bench): Promise<void> {
  const dir = join(bench.dir, "identity");
  await discard(dir);
  const drivers = simulatedDrivers({ hosts: 1, cheap: true });
  const inside = await openInside({ dir, drivers });
  try {
    await bootstrapIdentity(inside.spine.write, drivers.identity as PasswordDriver, words);
    await checks(bench, inside);
    await lists(bench, inside);
  } finally {
    await inside.stop();
    await discard(dir);
  }
}

/** A token that is checked for the first time, one that is known, and a handler that does nothing beside them. */
async function checks({ row, reference }: Bench, inside: Inside) {
  const validate = reference("token validate", 1);
  const peer = validate && { value: 1e6 / validate.value, from: validate.from };
  const bare = fastify();
  bare.get("/", () => ({}));
  const handler = await microseconds(2000, () => bare.inject({ method: "GET", url: "/" }));
  await bare.close();
  const tokens: string[] = [];
  for (let i = 0; i < 100; i += 1) tokens.push(await login(inside));
  const fresh = await microseconds(tokens.length, (i) => identityOffer.verify(tokens[i]!));
  const known = await microseconds(20_000, (i) => identityOffer.verify(tokens[i % tokens.length]!));
  for (const [at, value] of [
    ["seen before", known],
    ["never seen", fresh],
  ] as const)
    row({
      what: "token check within a request",
      at,
      value,
      unit: "µs",
      more: false,
      beside: { what: "a bare handler", value: handler },
      reference: peer,
      aim: { against: "reference", of: 50 },
    });
}

async function login({ spine }: Inside): Promise<string> {
  const domain = { id: "default" };
  const user = { name: "admin", domain, password: words.adminPassword };
  const scope = { project: { name: "admin", domain } };
  const answer = await spine.door.inject({
    method: "POST",
    url: "/identity/v3/auth/tokens",
    payload: { auth: { identity: { methods: ["password"], password: { user } }, scope } },
  });
  return String(answer.headers["x-subject-token"]);
}

async function lists(bench: Bench, inside: Inside) {
  const { pool } = inside.database;
  const users = (from: number, to: number) =>
    pool.query(
      `insert into identity_users (id, name, domain_id, created_at)
       select md5('u' || i), 'user-' || i, 'default', now() from generate_series($1::int, $2::int) i`,
      [from, to],
    );
  await users(1, 1000);
  const short = await perRow(inside, "/identity/v3/users", "users");
  await users(1001, 10_000);
  kept(bench, "user list", "10,000 users", await perRow(inside, "/identity/v3/users", "users"), "1,000 users", short);
  const grants = (from: number, to: number) =>
    pool.query(
      `insert into identity_grants (role_id, user_id, project_id)
       select r.id, md5('u' || i), p.id from generate_series($1::int, $2::int) i
       cross join (select id from identity_roles order by id limit 5) r
       cross join (select id from identity_projects where not is_domain order by id limit 2) p`,
      [from, to],
    );
  await grants(1, 1000);
  const some = await perRow(inside, "/identity/v3/role_assignments", "role_assignments");
  await grants(1001, 10_000);
  await pool.query("analyze");
  const all = await perRow(inside, "/identity/v3/role_assignments", "role_assignments");
  kept(bench, "role assignment list", "100,000 assignments", all, "10,000 assignments", some);
  const few = await perEndpoint(inside);
  await pool.query(
    `insert into identity_endpoints (id, service_id, region_id, interface, url)
     select md5('e' || i), (select id from identity_services order by id offset i % 7 limit 1), 'RegionOne', 'public', 'http://e/' || i
     from generate_series(1, 79) i`,
  );
  kept(bench, "catalogue", "100 endpoints", await perEndpoint(inside), "21 endpoints", few);
}

function kept({ row }: Bench, what: string, at: string, value: number, than: string, beside: number) {
  const aim = { against: "beside", of: 1.5 } as const;
  row({
    what: `${what}: processor time per row`,
    at,
    value,
    unit: "µs",
    more: false,
    beside: { what: than, value: beside },
    aim,
  });
}

/** This process's own time, the best of three: so what else the machine does counts little. */
async function perRow({ spine }: Inside, url: string, key: string): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i += 1) {
    const began = process.cpuUsage();
    const answer = await spine.door.inject({ method: "GET", url, headers: { "x-auth-token": "admin" } });
    const { user, system } = process.cpuUsage(began);
    const took = user + system;
    best = Math.min(best, took / answer.json()[key].length);
  }
  return best;
}

async function perEndpoint({ spine }: Inside): Promise<number> {
  const one = () =>
    spine.door.inject({ method: "GET", url: "/identity/v3/auth/catalog", headers: { "x-auth-token": "admin" } });
  const { catalog } = (await one()).json() as { catalog: { endpoints: object[] }[] };
  const began = process.cpuUsage();
  for (let i = 0; i < 100; i += 1) await one();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 100 / catalog.flatMap((it) => it.endpoints).length;
}

async function microseconds(times: number, work: (i: number) => PromiseLike<unknown>): Promise<number> {
  const began = performance.now();
  for (let i = 0; i < times; i += 1) await work(i);
  return ((performance.now() - began) * 1000) / times;
}
