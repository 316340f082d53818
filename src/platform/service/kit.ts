import type { Readable } from "node:stream";
import type { ApiError } from "../api/errors.ts";
import type { Actor, Rule, Target } from "../api/rules.ts";
import type { Shapes, Since, Version } from "../api/versions.ts";
import type { Settings } from "../config/config.ts";
import type { Logger } from "../log/log.ts";
import type { Db } from "../store/db.ts";
import type { Join } from "../store/join.ts";
import type { Life } from "./life.ts";
import type { Loose } from "./loose.ts";
import type { Trace } from "./trace.ts";

/** What one service may touch: its tables, its neighbours, its driver, its events. */
export interface Scope {
  tables: object;
  needs: object;
  driver: object;
  events: object;
}

/** Work in one transaction: rows of any service (through `needs`), sagas to start, events to tell. Never a driver. */
export interface Tx<S extends Scope> extends Join {
  readonly db: Db<S["tables"]>;
  readonly needs: S["needs"];
  /** The configuration, by its keys. */
  readonly settings: Settings;
  /** Starts durable work on a subject in this transaction. Sagas of one subject run one after the other, in this order. */
  start<G extends object>(saga: Saga<S, G>, subject: string, given?: G): Promise<void>;
  /**
   * Asks whatever runs on the subject to stop where it is, undo, and end. What is started afterwards waits for that. Say it before
   * the subject's own row is held or changed: each step holds its saga first, and in the same order nobody waits for the other.
   */
  cancel(subject: string): Promise<void>;
  emit<K extends keyof S["events"] & string>(name: K, body: S["events"][K]): Promise<void>;
  /** What the subject's sagas did and do: the one history. */
  history(subject: string): Promise<History[]>;
}

/** A request's own transaction (for GET and HEAD: plain reads). */
export interface Ctx<S extends Scope> extends Tx<S> {
  readonly actor: Actor;
  readonly version: Version;
  /** The service's root as this client reaches it, without a slash at the end: for links. Example: http://host:5000/compute/v2.1 */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The client's address, as far as trusted proxies tell it. */
  readonly remote: string;
  /** Whether the actor would pass another rule about a target, without a refusal. */
  may(rule: Rule, target: Target): boolean;
}

/** A step's transaction. */
export interface StepTx<S extends Scope, G extends object = object> extends Tx<S> {
  readonly subject: string;
  /** What the saga was started with. */
  readonly given: G;
  /** Who asked for the work. */
  readonly actor: Actor | null;
  /** From now on the saga moves this too: whoever looks at it hears of the saga. */
  moves(subject: string): Promise<void>;
}

export interface History {
  readonly saga: string;
  readonly sagaId: string;
  readonly subject: string;
  readonly requestId: string;
  readonly userId: string | null;
  readonly projectId: string | null;
  readonly state: SagaState;
  readonly step: string | null;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly error: string | null;
  readonly given: object;
  readonly steps: readonly HistoryStep[];
}
export interface HistoryStep {
  readonly step: string;
  readonly way: "do" | "undo";
  readonly attempt: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** "done", "waits", "again" (to be tried again), "failed"; null while it runs. */
  readonly outcome: string | null;
  readonly reason: string | null;
}
export type SagaState = "running" | "undoing" | "done" | "failed" | "cancelled";

type Params<P extends string> = P extends `${string}{${infer K}}${infer R}`
  ? { readonly [k in K | keyof Params<R>]: string }
  : unknown;

export interface Input<P extends string, Q, B> {
  readonly path: Params<P>;
  readonly query: Q;
  readonly body: B;
}

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

interface RouteBase<S extends Scope, P extends string, Q, B, T extends Target> {
  /** Method and path below the service's root: "GET /servers/{id}". */
  readonly on: `${Method} ${P}`;
  /** "root" (the default): below the versioned root. "mount": below the service's folder, for version documents. */
  readonly below?: "root" | "mount";
  /** The versions that know this route; outside them it is 404. */
  readonly since?: Version;
  readonly until?: Version;
  readonly rule: Rule;
  readonly query?: Shapes<Q>;
  readonly body?: Shapes<B>;
  /** Content types taken beside application/json (a JSON-patch dialect, say). */
  readonly accepts?: readonly string[];
  /** 200 where nothing is said. A run that returns undefined sends no body. */
  readonly status?: Since<number>;
  /** A GET that changes something (a login that a browser is sent through): it has a transaction as well. */
  readonly writes?: true;
  /** The body's one key that picks this route among those of its path. */
  readonly key?: string;
  /** Whom or what the rule is asked about: loads the target, throws notFound. */
  of(ctx: Ctx<S>, input: Input<P, Q, B>): T | Promise<T>;
}
/** The ordinary route: `of`, rule and `run` in one transaction. Not for drivers. */
export interface Route<S extends Scope, P extends string, Q, B, T extends Target> extends RouteBase<S, P, Q, B, T> {
  run(ctx: Ctx<S>, it: T, input: Input<P, Q, B>): Promise<unknown> | unknown;
}
/** A route whose answer needs the metal: `of` and rule in a first transaction, `call` in none, `run` in a second. */
export interface AskingRoute<S extends Scope, P extends string, Q, B, T extends Target, A>
  extends RouteBase<S, P, Q, B, T> {
  call(driver: S["driver"], it: T, input: Input<P, Q, B>): Promise<A>;
  run(ctx: Ctx<S>, it: T, input: Input<P, Q, B>, answer: A): Promise<unknown> | unknown;
}
/** A route of bytes: no transaction is open while they flow; `world.write` opens short ones. The request's body comes as it is. */
export interface StreamRoute<S extends Scope, P extends string, Q, T extends Target>
  extends RouteBase<S, P, Q, undefined, T> {
  stream(
    world: World<S>,
    it: T,
    input: Input<P, Q, undefined> & { readonly bytes: Readable; readonly ctx: Ctx<S> },
  ): Promise<Reply>;
}
export type AnyRoute<S extends Scope = Loose> = RouteBase<S, string, Loose, Loose, Loose> & {
  run?: Route<S, string, Loose, Loose, Loose>["run"];
  call?: (driver: S["driver"], it: Loose, input: Loose) => Promise<unknown>;
  stream?: StreamRoute<S, string, Loose, Loose>["stream"];
};

/** An answer with more than a body: `return reply(body, { status: 300, headers: {…} })`. A Readable is sent as it comes. */
export class Reply {
  readonly body: unknown;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  constructor(body: unknown, more: { status?: number; headers?: Record<string, string> } = {}) {
    this.body = body;
    this.status = more.status;
    this.headers = more.headers ?? {};
  }
}
export function reply(body: unknown, more: { status?: number; headers?: Record<string, string> } = {}): Reply {
  return new Reply(body, more);
}

/** Not yet: come again after some seconds, or as soon as an event is told (about `about`, if given), whichever is first. */
export class Again {
  readonly after: number;
  readonly on: string | undefined;
  readonly about: string | undefined;
  constructor(after: number, on?: string, about?: string) {
    this.after = after;
    this.on = on;
    this.about = about;
  }
}
/** `return again(5, "port.wired", serverId)`: `about` is matched against every string in the event's body. */
export function again(after: number, on?: string, about?: string): Again {
  return new Again(after, on, about);
}

/** What a call outside is told beside its question. */
export interface CallContext {
  /** Fires at the step's deadline, at a cancel, and when the lease is lost: stop, and leave nothing half done that a second call could not finish. */
  readonly signal: AbortSignal;
  /** Grows with every change of the saga's holder: of two calls for one subject the higher one is the true one. */
  readonly fence: number;
}
/** What a driver call is made of: the question is read in a transaction, asked in none, its answer noted in another. */
export interface Act<S extends Scope, G extends object, Q, A> {
  ask(tx: StepTx<S, G>): Promise<Q>;
  call(driver: S["driver"], question: Q, context: CallContext): Promise<A | Again>;
  note?(tx: StepTx<S, G>, answer: A, question: Q): Promise<void>;
}
interface Named {
  readonly name: string;
  /** Seconds until the step is given up and undone. */
  readonly within: number;
}
/** Exactly once: its writes and its checkpoint are one commit. */
export interface WriteStep<S extends Scope, G extends object = object> extends Named {
  readonly kind: "write";
  run(tx: StepTx<S, G>): Promise<void | Again>;
  undo?(tx: StepTx<S, G>): Promise<void>;
}
/** At least once: the call is keyed by the subject, and a second one finds the work done. */
export interface ActStep<S extends Scope, G extends object = object> extends Named, Act<S, G, Loose, Loose> {
  readonly kind: "act";
  readonly undo?: Act<S, G, Loose, Loose>;
}
export type Step<S extends Scope, G extends object = object> = WriteStep<S, G> | ActStep<S, G>;
export interface Saga<S extends Scope, G extends object = object> {
  /** "<service>.<resource>.<verb>": data in rows, so that changing it is a migration. */
  readonly name: string;
  readonly steps: readonly Step<S, G>[];
  /** What it moves beside its subject: whoever looks at it hears of the saga. */
  moves?(given: G): readonly string[];
  /** It only takes away what nobody has any more: what calls off its subject's work leaves it alone. */
  readonly clears?: true;
  /** Runs when everything is undone after a failure (not after a cancel): leaves a sentence that a user can act on. */
  failed(tx: StepTx<S, G>, why: Error): Promise<void>;
}
export type AnySaga = Saga<Loose, Loose>;

/** The whole of a service outside of any request: for loops, streams and what the driver tells by itself. */
export interface World<S extends Scope> {
  readonly driver: S["driver"];
  /** Plain reads. */
  readonly db: Db<S["tables"]>;
  readonly now: string;
  readonly log: Logger;
  /** One transaction. Keep it short, and touch no driver in it. */
  write<T>(work: (tx: Tx<S>) => Promise<T>): Promise<T>;
  /**
   * Every process hears of the event, after its commit; for what is kept in memory. `then(null)`: some may have been missed
   * (the connection to the database was lost and is back), read again. Returns how to stop.
   */
  hear(event: string, then: (body: object | null) => void | Promise<void>): () => void;
  /** The hosts that this program alone has in its hands; empty: every program has all. */
  readonly hosts: readonly string[];
  /** False while events cannot be heard: what is kept in memory may be stale. */
  readonly hearing: boolean;
}
/** Puts one drift right: reads the world, compares, acts, returns what it changed; told nothing. */
export interface Loop<S extends Scope> {
  readonly name: string;
  /** Seconds between two runs; of many processes one runs it. */
  readonly every: number;
  /** It looks after hosts: every process that has hosts of its own runs it. */
  readonly onHosts?: boolean;
  run(world: World<S>): Promise<{ readonly changed: number }>;
}
/** Hears of an event once, in a transaction of its own, after it was committed. */
export interface Listener<S extends Scope, B = never> {
  readonly name: string;
  readonly on: string;
  run(tx: Tx<S>, body: B): Promise<void>;
}

/** The builders of a service, typed with its scope: `export const { route, saga, … } = kit<Compute>()`. */
export function kit<S extends Scope>() {
  return {
    route: <P extends string, T extends Target, Q = unknown, B = undefined>(r: Route<S, P, Q, B, T>): AnyRoute<S> =>
      r as unknown as AnyRoute<S>,
    action: <P extends string, T extends Target, Q = unknown, B = Record<string, unknown>>(
      r: Route<S, P, Q, B, T> & { key: string },
    ): AnyRoute<S> => r as unknown as AnyRoute<S>,
    asking: <P extends string, T extends Target, A, Q = unknown, B = undefined>(
      r: AskingRoute<S, P, Q, B, T, A>,
    ): AnyRoute<S> => r as unknown as AnyRoute<S>,
    stream: <P extends string, T extends Target, Q = unknown>(r: StreamRoute<S, P, Q, T>): AnyRoute<S> =>
      r as unknown as AnyRoute<S>,
    write: <G extends object = object>(name: string, s: Omit<WriteStep<S, G>, "kind" | "name">): WriteStep<S, G> => ({
      kind: "write",
      name,
      ...s,
    }),
    act: <Q, A, U = unknown, V = unknown, G extends object = object>(
      name: string,
      s: { within: number; undo?: Act<S, G, U, V> } & Act<S, G, Q, A>,
    ): ActStep<S, G> => ({ kind: "act", name, ...s }) as ActStep<S, G>,
    saga: <G extends object = object>(name: string, s: Omit<Saga<S, G>, "name">): Saga<S, G> => ({ name, ...s }),
    loop: (name: string, l: Omit<Loop<S>, "name">): Loop<S> => ({ name, ...l }),
    listener: <K extends string, B>(name: string, l: { on: K; run(tx: Tx<S>, body: B): Promise<void> }): Listener<S> =>
      ({ name, ...l }) as unknown as Listener<S>,
    /** A caller's open transaction, as this service's own. */
    joined: (tx: Join): Tx<S> => tx as unknown as Tx<S>,
  };
}

export interface Service<S extends Scope> {
  /** OpenStack's service type. */
  readonly type: string;
  /** Where it hangs on the one port: ["/compute"]; identity also at [""]. */
  readonly mounts: readonly string[];
  /** The versioned root below a mount: "/v2.1". */
  readonly root: string;
  /** Whether paths with a slash at their end are those without it, as with Keystone's; elsewhere they are others. */
  readonly slashAtEnd?: "ignored";
  /** Whether paths may carry the project: /v2.1/{project_id}/servers. */
  readonly projectInPath?: boolean;
  /** A URL below the service's root as the routes have it, where clients write it otherwise (names with slashes in them). */
  rewrite?(url: string): string;
  /** The microversion ledger, one sentence each; a service without microversions has one entry. */
  readonly versions: Record<Version, string>;
  /** Where the version is asked for: { name: "compute", legacy: "X-OpenStack-Nova-API-Version" }. Absent: no microversions. */
  readonly versionHeader?: { readonly name: string; readonly legacy?: string };
  readonly routes: readonly AnyRoute<S>[];
  readonly sagas: readonly AnySaga[];
  readonly loops: readonly Loop<S>[];
  readonly listeners?: readonly Listener<S>[];
  readonly lives?: readonly Life[];
  /** Folder of numbered SQL files: new URL("./migrations/", import.meta.url). */
  readonly migrations: URL;
  /** What the service answers to its neighbours (index.ts has the type); its key is how they call it in `needs`. */
  readonly offer?: { readonly [name: string]: object };
  /** Names of events that it tells (law 7). */
  readonly tells: readonly string[];
  /** Events that every process must have heard before the request that told them is answered (a revocation). */
  readonly atOnce?: readonly string[];
  /** What belongs to another project looks absent (404, the default) or forbidden (403, identity). */
  readonly foreign?: 404 | 403;
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Where a name and a password (HTTP Basic) are taken for a token: a path that answers GET with `{ token }`, and its query.
   * Absent: nobody comes with them.
   */
  signIn?(asked: { readonly method: string; readonly url: string }): {
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
  };
  /** How whoever comes without a token gets one: WWW-Authenticate of a 401; Keystone's where nothing is said. */
  challenge?(asked: { readonly origin: string; readonly method: string; readonly url: string }): string;
  /** The service's error body; a string goes out as HTML. `accept`: what the client would have. */
  error(why: ApiError, requestId: string, accept?: string): unknown;
  /** What its driver holds outside without a row that wants it: `crunch doctor --leftovers`, and the end of every test. */
  leftovers?(world: World<S>): Promise<readonly Trace[]>;
  /** Runs once when the program starts: subscribe to what the driver tells by itself. Returns how to stop that. */
  begin?(world: World<S>): (() => void) | void;
}
export type AnyService = Service<Loose>;
export function service<S extends Scope>(s: Service<S>): Service<S> {
  return s;
}
