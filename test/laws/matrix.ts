import { ApiError } from "#platform/api/errors.ts";
import { rangeOf } from "#platform/api/negotiate.ts";
import { makePolicy } from "#platform/api/policy.ts";
import type { Actor, Rule, Target } from "#platform/api/rules.ts";
import { placesOf } from "#platform/http/routes.ts";
import { newLog } from "#platform/log/log.ts";
import type { AnyRoute, AnyService } from "#platform/service/kit.ts";
import { openSpine } from "#platform/spine.ts";
import { systemClock } from "#platform/time/clock.ts";
import type { TestCloud } from "#test/cloud.ts";
import { example } from "./example.ts";
import { saysYes } from "./oslo.ts";

/** Whose things the cloud is furnished with, and somebody else's. */
export interface Ground {
  readonly ids: ReadonlyMap<string, string>;
  /** Ids in bodies, by their names: project_id, domain_id … */
  readonly fields: Readonly<Record<string, string>>;
  readonly own: { readonly project: string; readonly domain: string; readonly user: string };
}
interface Asked {
  readonly service: AnyService;
  readonly route: AnyRoute;
  readonly path: string;
  readonly body: unknown;
  readonly version: string | undefined;
}
/** What an answer was and what the rule's text says it should have been. */
export interface Verdict {
  readonly route: string;
  readonly rule: string;
  readonly actor: string;
  /** Undefined where there was no target to ask about: the route itself refused before. */
  readonly should: boolean | undefined;
  readonly status: number;
  readonly did: boolean;
}

const PASSED = 299;
/** A header by which a question's target is found again. */
const mark = "x-question";
const roles = ["admin", "manager", "member", "reader", "service", ""] as const;
const stranger = { user: "e".repeat(32), project: "f".repeat(32), domain: "c".repeat(32) };

/** Every default role with every scope, here and elsewhere; and the owner of everything, with no role at all. */
export function everybody({ own }: Ground): ReadonlyMap<string, Actor> {
  const all = new Map<string, Actor>();
  const plain = { userId: stranger.user, userName: "somebody", userDomainId: stranger.domain };
  const scopes = {
    "on the project": { projectId: own.project, projectDomainId: own.domain },
    "on another project": { projectId: stranger.project, projectDomainId: stranger.domain },
    "on the domain": { domainId: own.domain },
    "on another domain": { domainId: stranger.domain },
    "on the system": { system: true },
  };
  for (const role of roles)
    for (const [where, scope] of Object.entries(scopes))
      all.set(`${role || "nobody"} ${where}`, { ...plain, ...scope, roles: role ? [role] : [] });
  all.set("nobody anywhere", { ...plain, roles: [] });
  const owner = { userId: own.user, userName: "owner", userDomainId: own.domain };
  all.set("the owner anywhere", { ...owner, roles: [] });
  all.set("the owner on the project", {
    ...owner,
    projectId: own.project,
    projectDomainId: own.domain,
    roles: ["reader"],
  });
  return all;
}

/**
 * A second program over the furnished cloud's database whose routes do nothing but say that they were reached: so that whoever may
 * do anything may be asked for, and nothing changes.
 */
export async function openGate(cloud: TestCloud, actors: ReadonlyMap<string, Actor>) {
  const targets = new Map<string, Target>();
  const gated = cloud.services.map((service) => ({
    ...service,
    sagas: [],
    loops: [],
    listeners: [],
    begin: undefined,
    routes: (service.routes as readonly AnyRoute[]).map((route) => ({
      ...route,
      call: undefined,
      stream: undefined,
      accepts: undefined,
      run: () => {
        throw new ApiError(PASSED, "passed"); // what has begun is rolled back
      },
      of: remembered(route, (request, target) => targets.set(request, target)),
    })),
  })) as unknown as readonly AnyService[];
  const rules = cloud.services.flatMap((s) => s.routes.map((r) => r.rule));
  const spine = await openSpine({
    services: gated,
    drivers: cloud.drivers,
    database: cloud.database,
    clock: systemClock,
    log: newLog({ level: "silent" }),
    policy: makePolicy(rules, {}),
    verify: async (token) => actors.get(token),
  });
  await spine.door.ready();
  let asked = 0;
  return {
    async ask({ route, path, body, version, service }: Asked, who: string) {
      asked += 1;
      const request = String(asked);
      const [method] = route.on.split(" ") as ["GET"];
      const name = service.versionHeader?.name;
      const answer = await spine.door.inject({
        method,
        url: path,
        headers: {
          "x-auth-token": who,
          [mark]: request,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(name && version && { "openstack-api-version": `${name} ${version}` }),
        },
        payload: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: answer.statusCode, target: targets.get(request) };
    },
    stop: () => spine.stop(),
  };
}

type AskedCtx = { readonly headers: Readonly<Record<string, string>> };

/** The route's target, told with the question that it belongs to. One that does not depend on who asks is loaded once. */
function remembered(route: AnyRoute, tell: (request: string, target: Target) => void) {
  let same: { readonly target: Target } | undefined;
  return async (ctx: AskedCtx, input: never) => {
    const watched = watching(ctx);
    const target = same?.target ?? ((await route.of(watched.ctx as never, input)) as Target);
    if (!watched.looked()) same = { target };
    tell(ctx.headers[mark]!, target ?? {});
    return target;
  };
}

/** A context that knows whether anybody has looked who asks. */
function watching(ctx: object) {
  let looked = false;
  const get = (it: object, name: string | symbol) => {
    looked ||= name === "actor" || name === "may";
    return Reflect.get(it, name);
  };
  return { ctx: new Proxy(ctx, { get }), looked: () => looked };
}

/** Every guarded route of a service with its path and body filled from the furniture. */
export function questions(service: AnyService, { ids, fields }: Ground): readonly Asked[] {
  const places = placesOf([service]).filter((p) => p.mount === service.mounts[0]);
  return places.flatMap(({ path, routes }) =>
    routes
      .filter((route) => route.rule.name !== "open")
      .map((route) => ({
        service,
        route: route as AnyRoute,
        path: filled(path, ids),
        body: bodyOf(route as AnyRoute, fields),
        version: service.versionHeader && String(route.until ?? rangeOf(service).max),
      })),
  );
}

function filled(path: string, ids: ReadonlyMap<string, string>): string {
  let last = "";
  const one = (part: string) => {
    const word = last;
    last = part;
    return part.startsWith(":")
      ? (ids.get(word) ?? ids.get(part.slice(1)) ?? "0f0e0d0c0b0a49088706050403020100")
      : part;
  };
  return path.split("/").map(one).join("/");
}

function bodyOf(route: AnyRoute, fields: Readonly<Record<string, string>>): unknown {
  const [method] = route.on.split(" ");
  if (["GET", "HEAD", "DELETE"].includes(method!)) return undefined;
  const schema = Object.values(route.body ?? {}).at(-1) as object | undefined;
  if (!schema) return route.key ? { [route.key]: null } : undefined;
  return withIds(example(schema), schema, fields);
}

/** The smallest body that fits, and every id in it that the furniture knows. */
function withIds(it: unknown, schema: Loose, fields: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(it)) return it.map((one) => withIds(one, schema.items ?? {}, fields));
  if (typeof it !== "object" || it === null) return it;
  const properties = schema.properties ?? {};
  const named = Object.keys(properties).filter((key) => key in fields);
  const inner = Object.entries(it).map(([key, value]) => [key, withIds(value, properties[key] ?? {}, fields)]);
  return { ...Object.fromEntries(inner), ...Object.fromEntries(named.map((key) => [key, fields[key]])) };
}
// biome-ignore lint/suspicious/noExplicitAny: a schema as it stands in a table
type Loose = Record<string, any>;

/** What the rule's text says, and what the program does. */
export async function judge(
  gate: Awaited<ReturnType<typeof openGate>>,
  texts: ReadonlyMap<string, string>,
  asked: Asked,
  [who, actor]: readonly [string, Actor],
): Promise<Verdict> {
  const { rule, on, key } = asked.route as AnyRoute & { rule: Rule };
  const { status, target } = await gate.ask(asked, who);
  const should = target && (rule.name === "any_token" || saysYes(texts, rule.name, actor, target));
  const route = `${asked.service.type} ${on}${key ? ` ${key}` : ""}`;
  return { route, rule: rule.name, actor: who, should, status, did: status === PASSED };
}
