import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { ApiError, badRequest } from "../api/errors.ts";
import { negotiate, rangeOf, versionHeaders } from "../api/negotiate.ts";
import type { Answer, Pipeline } from "../api/pipeline.ts";
import type { Version } from "../api/versions.ts";
import type { Settings } from "../config/config.ts";
import { newRequestId } from "../id/ids.ts";
import { type Log, onBehalfOf } from "../log/log.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { Gone, Refused, Unavailable } from "../service/driver.ts";
import type { AnyService } from "../service/kit.ts";
import { isLost, lost, whyUnstorable } from "../store/database.ts";
import { readJson } from "./body.ts";
import { type Place, pick, placesOf } from "./routes.ts";

export interface DoorParts {
  readonly services: readonly AnyService[];
  readonly pipeline: Pipeline;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Resolves when requests can be served; throws why not. */
  ready(): Promise<void>;
  readonly patience?: Patience;
  readonly settings?: Settings;
}
/** How many milliseconds a client may take. A stream's bytes may come as slowly as they like, as long as they come. */
export interface Patience {
  /** Until the last header has come; a connection that says nothing has no longer. */
  readonly headers: number;
  /** Until a JSON body has come, or the rest of a request that was answered without it. */
  readonly body: number;
  /** In which no byte goes either way. */
  readonly silence: number;
}

const usual: Patience = { headers: 20_000, body: 30_000, silence: 600_000 };
const reads = new Set(["GET", "HEAD"]);

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

/** The one port: every service's places, and who may ask whether the program is well. */
export function openDoor(parts: DoorParts): FastifyInstance {
  const places = placesOf(parts.services);
  const { headers, body, silence } = parts.patience ?? usual;
  const app = fastify({
    http: { headersTimeout: headers, requestTimeout: 0, connectionsCheckingInterval: Math.min(headers, 5000) },
    routerOptions: { maxParamLength: 512, caseSensitive: true },
    exposeHeadRoutes: false,
    requestTimeout: 0,
    trustProxy: parts.settings?.["trusted-proxies"]?.split(",") ?? false,
    keepAliveTimeout: 75_000,
    connectionTimeout: silence,
    forceCloseConnections: "idle",
    rewriteUrl: rewriting(parts.services),
    clientErrorHandler: badClient,
    frameworkErrors: (why, request, answer) =>
      refuse(parts, serviceAt(parts.services, request.url), newRequestId(), answer, badRequest(why.message)),
  });
  app.addHook("onResponse", async ({ raw }) => hurry(raw, body));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  health(app, parts);
  for (const place of places)
    app.route({ method: place.method as "GET", url: place.path, handler: handler(parts, place) });
  for (const place of otherMethods(places))
    app.route({ method: place.method as "GET", url: place.path, handler: refuseMethod(parts, place) });
  app.setNotFoundHandler((request, answer) => {
    const service = serviceAt(parts.services, request.url);
    return refuse(parts, service, requestIdOf(request), answer, new ApiError(404, "The resource could not be found."));
  });
  app.setErrorHandler((why: Error, request, answer) => {
    const status = (why as { statusCode?: number }).statusCode;
    const it = status && status < 500 ? new ApiError(status, why.message) : why;
    return refuse(parts, serviceAt(parts.services, request.url), requestIdOf(request), answer, it);
  });
  return app;
}

/** Paths as services let clients write them, as they stand in the tables. */
function rewriting(services: readonly AnyService[]) {
  const ways = [withoutProject(services), withoutSlash(services), inOwnWay(services)].filter(
    (way) => way !== undefined,
  );
  if (ways.length === 0) return undefined;
  return ({ url }: { url?: string }) => ways.reduce((path, way) => way(path), url!);
}

/** /compute/v2.1/{project_id}/servers is /compute/v2.1/servers: the token says which project it is. */
function withoutProject(services: readonly AnyService[]) {
  const roots = rootsOf(services.filter((s) => s.projectInPath));
  const id = "(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
  return roots === undefined ? undefined : replacing(new RegExp(`^(${roots})/${id}(?=/|\\?|$)`));
}

/** /identity/v3/users/ is /identity/v3/users. */
function withoutSlash(services: readonly AnyService[]) {
  const roots = rootsOf(services.filter((s) => s.slashAtEnd === "ignored"));
  return roots === undefined ? undefined : replacing(new RegExp(`^((?:${roots})/[^?]*[^/?])/+(?=\\?|$)`));
}

/** What a service rewrites by itself. */
function inOwnWay(services: readonly AnyService[]) {
  const all = services.flatMap(({ mounts, root, rewrite }) =>
    rewrite ? mounts.map((mount) => ({ below: `${mount}${root}/`, rewrite })) : [],
  );
  if (all.length === 0) return undefined;
  return (url: string) => all.find(({ below }) => url.startsWith(below))?.rewrite(url) ?? url;
}

function rootsOf(services: readonly AnyService[]): string | undefined {
  const roots = services.flatMap((s) => s.mounts.map((m) => (m + s.root).replaceAll(".", "\\.")));
  return roots.length > 0 ? roots.join("|") : undefined;
}

function replacing(pattern: RegExp) {
  return (url: string) => url.replace(pattern, "$1");
}

/** What a client still sends of a request that was answered is not waited for without end. */
function hurry(raw: IncomingMessage, within: number) {
  if (raw.complete) return;
  const timer = setTimeout(() => raw.destroy(), within).unref();
  raw.once("close", () => clearTimeout(timer));
}

const parserSays: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

function badClient(why: Error & { code?: string }, socket: Socket) {
  const status = parserSays[why.code ?? ""] ?? "400 Bad Request";
  if (!socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function health(app: FastifyInstance, { ready, metrics }: DoorParts) {
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async (_request, answer) => {
    try {
      await ready();
      return { status: "ready" };
    } catch (why) {
      return answer.code(503).send({ status: "not ready", why: (why as Error).message });
    }
  });
  app.get("/metrics", async (_request, answer) => answer.type("text/plain; version=0.0.4").send(await metrics.text()));
}

function handler(parts: DoorParts, place: Place) {
  return async (request: FastifyRequest, answer: FastifyReply) => {
    const began = process.hrtime.bigint();
    const requestId = requestIdOf(request);
    let version: Version | undefined;
    try {
      version = negotiate(place.service, request.headers);
      const asked = version;
      const out = await onBehalfOf(requestId, () => through(parts, place, request, asked, requestId));
      send(answer, place, version, requestId, out);
    } catch (why) {
      refuse(parts, place.service, requestId, answer, why as Error, version);
    } finally {
      note(parts, place, request, answer, requestId, Number(process.hrtime.bigint() - began) / 1e6);
    }
    return answer;
  };
}

async function through(
  parts: DoorParts,
  place: Place,
  request: FastifyRequest,
  version: Version,
  requestId: string,
): Promise<Answer> {
  const token = tokenOf(request) ?? (await signedIn(parts, place, request, requestId));
  const actor = await parts.pipeline.actor(place.routes, token);
  const streams = place.routes.some((r) => r.stream);
  const body = streams || reads.has(request.method) ? undefined : await bodyOf(parts, place, request);
  const route = pick(place, version, body);
  const asked = {
    service: place.service,
    method: place.method,
    url: request.url,
    path: request.params as Record<string, string>,
    query: request.query as Record<string, unknown>,
    body,
    bytes: request.raw,
    headers: { ...(request.headers as Record<string, string | undefined>) },
    version,
    root: `${originOf(request)}${place.mount}${place.service.root}`,
    requestId,
    remote: request.ip,
  };
  return parts.pipeline.answer(route, asked, actor);
}

/** The token of who comes with a name and a password, where a service lets them: asked for as they could have asked themselves. */
async function signedIn(
  parts: DoorParts,
  { service }: Place,
  request: FastifyRequest,
  requestId: string,
): Promise<string | undefined> {
  const { authorization } = request.headers;
  if (!service.signIn || !authorization?.toLowerCase().startsWith("basic ")) return undefined;
  const { path: url, query } = service.signIn({ method: request.method, url: request.originalUrl });
  const place = signInPlace(parts, service, url);
  const actor = await parts.pipeline.actor(place.routes, undefined);
  const root = `${originOf(request)}${place.mount}${place.service.root}`;
  const asked = { service: place.service, method: "GET", url, path: {}, query, body: undefined, bytes: request.raw };
  const about = {
    headers: { authorization },
    version: rangeOf(place.service).min,
    root,
    requestId,
    remote: request.ip,
  };
  const { status, body } = await parts.pipeline.answer(place.routes[0]!, { ...asked, ...about }, actor);
  return status === 200 ? (body as { token: string }).token : undefined;
}

const signInPlaces = new WeakMap<AnyService, Place>();

function signInPlace({ services }: DoorParts, service: AnyService, path: string): Place {
  const known = signInPlaces.get(service) ?? placesOf(services).find((it) => it.method === "GET" && it.path === path)!;
  signInPlaces.set(service, known);
  return known;
}

/** OpenStack's own header, else OAuth's. */
function tokenOf({ headers }: FastifyRequest): string | undefined {
  return (headers["x-auth-token"] as string | undefined) ?? /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
}

function bodyOf({ patience = usual }: DoorParts, { routes }: Place, { raw }: FastifyRequest): Promise<unknown> {
  return readJson(
    raw,
    routes.flatMap((r) => r.accepts ?? []),
    patience.body,
  );
}

const fitHosts = new Map<string, boolean>();

function originOf({ headers }: FastifyRequest): string {
  const { host = "" } = headers;
  const fit = fitHosts.get(host) ?? isFit(host);
  return `${headers["x-forwarded-proto"] === "https" ? "https" : "http"}://${fit ? host : "localhost"}`;
}

/** Clients call the cloud by a handful of names; whoever makes up more is judged each time. */
function isFit(host: string): boolean {
  const fit = /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}`);
  if (fitHosts.size < 100) fitHosts.set(host, fit);
  return fit;
}

function send(
  answer: FastifyReply,
  { service }: Place,
  version: Version,
  requestId: string,
  { status, body, headers }: Answer,
) {
  answer
    .code(status)
    .headers({ ...common(requestId), ...versionHeaders(service, version), ...service.headers, ...headers });
  if (body === undefined || status === 204) return void answer.send();
  if (body instanceof Readable || Buffer.isBuffer(body)) return void answer.send(body);
  if (typeof body === "string")
    return void answer.header("content-type", headers["content-type"] ?? "text/plain; charset=utf-8").send(body);
  answer.header("content-type", headers["content-type"] ?? "application/json").send(JSON.stringify(body));
}

function common(requestId: string) {
  return { "x-openstack-request-id": requestId, "x-compute-request-id": requestId };
}

/** Says no in the service's own words. */
function refuse(
  parts: DoorParts,
  service: AnyService | undefined,
  requestId: string,
  answer: FastifyReply,
  why: Error,
  version?: Version,
) {
  const it = asApiError(parts.log, why, requestId);
  const { accept } = answer.request.headers;
  const body = service ? service.error(it, requestId, accept) : { error: { code: it.status, message: it.message } };
  answer.code(it.status).headers({
    ...common(requestId),
    ...(service && versionHeaders(service, version ?? rangeOf(service).min)),
    ...service?.headers,
    ...it.headers,
  });
  if (it.status === 401) answer.header("www-authenticate", challengeOf(service, answer.request));
  if (it.status === 413) answer.header("connection", "close");
  if (typeof body === "string") return answer.header("content-type", "text/html; charset=UTF-8").send(body);
  return answer.header("content-type", "application/json").send(JSON.stringify(body));
}

function challengeOf(service: AnyService | undefined, request: FastifyRequest): string {
  const origin = originOf(request);
  const { method, originalUrl: url } = request;
  return service?.challenge?.({ origin, method, url }) ?? `Keystone uri="${origin}/v3"`;
}

function asApiError(log: Log, why: Error, requestId: string): ApiError {
  if (why instanceof ApiError) return why;
  if (isLost(why)) return lost(why);
  const unstorable = whyUnstorable(why);
  if (unstorable) return badRequest(unstorable);
  if (why instanceof Unavailable) return new ApiError(503, why.message, { headers: { "retry-after": "2" } });
  if (why instanceof Gone) return new ApiError(404, why.message);
  if (why instanceof Refused) return new ApiError(409, why.message);
  log.error({ err: why, requestId }, "a request failed");
  return new ApiError(
    500,
    `The server has either erred or is incapable of performing the requested operation. Request id: ${requestId}`,
  );
}

/** The same paths with the methods that they do not know: 405 with what they do. */
function otherMethods(places: readonly Place[]) {
  const known = new Map<string, Set<string>>();
  const shape = (path: string) => path.replace(/:\w+/g, ":");
  for (const { path, method } of places) known.set(shape(path), (known.get(shape(path)) ?? new Set()).add(method));
  const ordered = [...places].sort((a, b) => Number(a.method === "GET") - Number(b.method === "GET"));
  const firsts = new Map(ordered.map((p) => [shape(p.path), p])); // where there is a GET, HEAD is answered by it
  return [...firsts].flatMap(([key, place]) =>
    methods.filter((m) => !known.get(key)!.has(m)).map((method) => ({ ...place, method, allow: [...known.get(key)!] })),
  );
}

function refuseMethod(parts: DoorParts, place: Place & { allow: readonly string[] }) {
  if (place.method === "HEAD" && place.allow.includes("GET")) {
    const routes = place.routes.filter((r) => r.on.startsWith("GET"));
    if (routes.length > 0) return handler(parts, { ...place, routes });
  }
  return async (request: FastifyRequest, answer: FastifyReply) => {
    request.raw.resume();
    const why = new ApiError(405, "The method is not allowed for this resource.", {
      headers: { allow: place.allow.join(", ") },
    });
    return refuse(parts, place.service, requestIdOf(request), answer, why);
  };
}

function serviceAt(services: readonly AnyService[], url: string): AnyService | undefined {
  const all = services.flatMap((s) => s.mounts.map((m) => ({ s, m })));
  const fits = [
    all.find(({ m }) => m !== "" && url.startsWith(m)),
    all.find(({ s, m }) => url.startsWith(`${m}${s.root}/`)),
    all.find(({ m }) => m === ""),
  ];
  return fits.find((it) => it !== undefined)?.s;
}

const ids = new WeakMap<FastifyRequest, string>();

function requestIdOf(request: FastifyRequest): string {
  const id = ids.get(request) ?? newRequestId();
  ids.set(request, id);
  return id;
}

function note(
  { log, metrics }: DoorParts,
  { service, path }: Place,
  request: FastifyRequest,
  answer: FastifyReply,
  requestId: string,
  ms: number,
) {
  const { method } = request;
  metrics.request(service.type, method, answer.statusCode, ms / 1000);
  log.info(
    {
      requestId,
      method,
      path: request.url.split("?")[0],
      route: path,
      status: answer.statusCode,
      ms: Math.round(ms * 100) / 100,
    },
    "request",
  );
}
