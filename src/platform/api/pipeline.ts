import type { Readable } from "node:stream";
import type { Decisions } from "../decision/decisions.ts";
import type { Events } from "../event/events.ts";
import type { Log } from "../log/log.ts";
import { motionHeader } from "../operation/header.ts";
import { type AnyRoute, type AnyService, type Ctx, Reply, type World } from "../service/kit.ts";
import { type AnyTx, type Ground, type Transact, txOn } from "../service/transact.ts";
import type { AnyDb } from "../store/database.ts";
import { inPassing } from "../store/transaction.ts";
import { iso } from "../time/clock.ts";
import { admit } from "./access.ts";
import { type ApiError, forbidden, notFound, unauthorized } from "./errors.ts";
import type { Policy } from "./policy.ts";
import type { Actor, Rule, Target } from "./rules.ts";
import { type Shaper, shaper } from "./shapes.ts";
import { at, type Version } from "./versions.ts";

/** A request as it comes off the wire, with what is known of it before its route is. */
export interface Request {
  readonly service: AnyService;
  readonly method: string;
  readonly url: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly bytes: Readable;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly version: Version;
  /** The service's root as the client reaches it. */
  readonly root: string;
  readonly requestId: string;
  readonly remote: string;
}
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}
/** The actor behind a token; undefined for one that is not valid. */
export type Verify = (token: string) => Promise<Actor | undefined>;

export interface Pipeline {
  /** Who asks, before anything of the request is read: a 401 where no token is good and none of the routes is open. */
  actor(routes: readonly AnyRoute[], token: string | undefined): Promise<Actor>;
  answer(route: AnyRoute, request: Request, actor: Actor): Promise<Answer>;
}
export interface PipelineParts {
  readonly ground: Ground;
  readonly transact: Transact;
  readonly events: Events;
  readonly policy: Policy;
  readonly decisions: Pick<Decisions, "note">;
  readonly log: Log;
  readonly verify: Verify;
  driverOf(service: string): object;
  worldOf(service: AnyService): World<never>;
}

const nobody: Actor = { userId: "", userName: "", userDomainId: "", roles: [] };
const reads = new Set(["GET", "HEAD"]);

/** The one road from a request to an answer: token, actor, shape, target, rule, run. */
export function makePipeline(parts: PipelineParts): Pipeline {
  const shapes = new Map<AnyRoute, { query: Shaper | undefined; body: Shaper | undefined }>();
  const shapesOf = (route: AnyRoute) => {
    const it = shapes.get(route) ?? { query: shaper(route.query, "query"), body: shaper(route.body, "body") };
    shapes.set(route, it);
    return it;
  };
  return {
    actor: (routes, token) => actorOf(parts, routes, token),
    async answer(route, request, actor) {
      if (route.rule.name !== "open") admit(actor, request.service, request.method, request.url);
      const { query, body } = shapesOf(route);
      const input = {
        path: request.path,
        query: query ? query({ ...request.query }, request.version) : request.query,
        body: body ? body(request.body, request.version) : request.body,
      };
      const db = parts.ground.database.reading();
      const go = { parts, route, request, actor: actorAt(actor, request.service.type), input, db };
      return showsOne(route, request) ? inMotion(go) : take(go);
    },
  };
}

async function actorOf(
  { verify }: PipelineParts,
  routes: readonly AnyRoute[],
  token: string | undefined,
): Promise<Actor> {
  const isOpen = routes.some((r) => r.rule.name === "open");
  const actor = token ? await verify(token).catch(isOpen ? () => undefined : raise) : undefined;
  if (!actor && !isOpen) throw unauthorized();
  return actor ?? nobody;
}

const atServices = new WeakMap<Actor, Map<string, Actor>>();

/** Who asks, as one service sees it: roles that are bound to it hold as well, and those bound to another do not. */
function actorAt(actor: Actor, service: string): Actor {
  const own = actor.bound?.[service];
  if (!own) return actor;
  const known = atServices.get(actor) ?? new Map<string, Actor>();
  const it = known.get(service) ?? { ...actor, roles: [...new Set([...actor.roles, ...own])] };
  atServices.set(actor, known.set(service, it));
  return it;
}

function raise(why: unknown): never {
  throw why;
}

type Input = { path: Readonly<Record<string, string>>; query: unknown; body: unknown };

/** One request on its way, with all that its stations need. */
interface Going {
  readonly parts: PipelineParts;
  readonly route: AnyRoute;
  readonly request: Request;
  readonly actor: Actor;
  readonly input: Input;
  /** For plain reads. */
  readonly db: AnyDb;
}
// The four kinds of routes share a table, so their functions' types stand apart from here on.
type Run = (ctx: Ctx<never>, it: Target, input: Input, known?: unknown) => unknown;

async function take(go: Going): Promise<Answer> {
  const { route, request, input } = go;
  if (route.stream) return streamed(go);
  if (route.call) return asked(go);
  const run = route.run as unknown as Run;
  const work = async (ctx: Ctx<never>) => run(ctx, await permitted(go, ctx), input);
  return isRead(go) ? answerOf(route, request, await work(reading(go))) : changing(go, work);
}

function isRead({ route, request }: Going): boolean {
  return reads.has(request.method) && !route.writes;
}

/** What changes something: one transaction with its audit line; answered when whoever must has heard of it. */
async function changing(go: Going, work: (ctx: Ctx<never>) => Promise<unknown>): Promise<Answer> {
  const { parts, route, request, actor } = go;
  const { answer, told } = await parts.transact({ requestId: request.requestId, actor }, async (tx) => {
    const answer = answerOf(route, request, await work(ctxOn(parts, tx, request, actor)));
    inPassing(audit(tx, route.rule, request, actor, answer.status));
    return { answer, told: tx.told };
  });
  auditLog(parts, route.rule, request, actor, answer.status);
  await heardWhereItMust(parts, request.service, await Promise.all(told));
  return answer;
}

/** `of` and rule in plain reads, the driver in none, `run` with its answer in a transaction (plain reads for GET). */
async function asked(go: Going): Promise<Answer> {
  const { parts, route, request, input } = go;
  const ctx = reading(go);
  const it = await permitted(go, ctx);
  const known = await route.call!(parts.driverOf(request.service.type), it, input);
  const run = route.run as unknown as Run;
  if (isRead(go)) return answerOf(route, request, await run(ctx, it, input, known));
  return changing(go, async (writing) => run(writing, it, input, known));
}

async function streamed(go: Going): Promise<Answer> {
  const { parts, route, request, actor, input } = go;
  const ctx = reading(go);
  const it = await permitted(go, ctx);
  const world = parts.worldOf(request.service);
  const reply = await route.stream!(world as never, it as never, { ...input, bytes: request.bytes, ctx } as never);
  const answer = answerOf(route, request, reply);
  if (reads.has(request.method)) return answer;
  const about = { requestId: request.requestId, actor };
  await parts.transact(about, (tx) => audit(tx, route.rule, request, actor, answer.status));
  auditLog(parts, route.rule, request, actor, answer.status);
  return answer;
}

/** Plain reads, in no transaction. */
function reading({ parts, request, actor, db }: Going): Ctx<never> {
  return ctxOn(parts, txOn(parts.ground, db, { requestId: request.requestId, actor }), request, actor);
}

async function permitted({ parts, route, request, input }: Going, ctx: Ctx<never>): Promise<Target> {
  const { rule } = route;
  const it = (await route.of(ctx, input as never)) as Target;
  if (rule.name === "open" || rule.name === "any_token") return it;
  const allowed = parts.policy.allows(rule, ctx.actor, it ?? {});
  parts.decisions.note(request.service.type, route.on, rule, ctx.actor, it ?? {}, allowed);
  if (!allowed) throw refusal(request.service, rule, ctx.actor, it ?? {});
  return it;
}

/** What belongs to another project looks absent; what is one's own but not allowed says so. */
function refusal(service: AnyService, rule: Rule, actor: Actor, it: Target): ApiError {
  const foreign = it.projectId !== undefined && it.projectId !== null && it.projectId !== actor.projectId;
  if (foreign && service.foreign !== 403) return notFound("The resource could not be found.");
  if (service.foreign === 403)
    return forbidden(`You are not authorized to perform the requested action: ${rule.name}.`);
  return forbidden(`Policy doesn't allow ${rule.name} to be performed.`);
}

function ctxOn(
  { policy }: PipelineParts,
  tx: AnyTx,
  { version, root, headers, remote }: Request,
  actor: Actor,
): Ctx<never> {
  return Object.assign(tx, {
    actor,
    version,
    url: root,
    headers,
    remote,
    may: (rule: Rule, target: Target) => policy.allows(rule, actor, target),
  }) as unknown as Ctx<never>;
}

function answerOf(route: AnyRoute, { version }: Request, out: unknown): Answer {
  const usual = at(route.status ?? {}, version) ?? 200;
  if (out instanceof Reply) return { status: out.status ?? usual, body: out.body, headers: out.headers };
  return { status: usual, body: out, headers: {} };
}

/** GET of one resource by its id, in a service whose resources have durable work. */
function showsOne(route: AnyRoute, { method, service }: Request): boolean {
  return reads.has(method) && service.sagas.length > 0 && route.on.endsWith("/{id}");
}

/** A resource in motion says in a header how far it is; its body is the API's own. Both are asked for in one round. */
async function inMotion(go: Going): Promise<Answer> {
  const motion = motionHeader(go.db, go.request.path.id!, iso(go.parts.ground.clock.now()));
  motion.catch(() => {}); // where the route itself is refused
  const answer = await take(go);
  return { ...answer, headers: { ...answer.headers, ...(await motion) } };
}

async function audit(
  tx: AnyTx,
  rule: Rule,
  { service, method, url, requestId, remote }: Request,
  actor: Actor,
  status: number,
) {
  await (tx.db as AnyDb)
    .insertInto("platformAudit")
    .values({
      at: tx.now,
      requestId,
      service: service.type,
      rule: rule.name,
      method,
      path: url.split("?")[0],
      status,
      userId: actor.userId || null,
      projectId: actor.projectId ?? null,
      remote,
    })
    .execute();
}

function auditLog(
  { log }: PipelineParts,
  rule: Rule,
  { service, method, url, requestId }: Request,
  actor: Actor,
  status: number,
) {
  const who = { user: actor.userId || null, project: actor.projectId ?? null };
  log.info(
    { audit: rule.name, service: service.type, method, path: url.split("?")[0], status, requestId, ...who },
    "a change was made",
  );
}

async function heardWhereItMust(
  { events }: PipelineParts,
  service: AnyService,
  told: readonly { id: number; name: string }[],
) {
  const must = told.filter(({ name }) => service.atOnce?.includes(name)).map(({ id }) => id);
  if (must.length > 0) await events.heardByAll(must);
}
