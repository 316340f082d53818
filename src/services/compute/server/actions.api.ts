import { conflict, forbidden, notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import { Gone, Unavailable } from "#platform/service/driver.ts";
import type { Ctx, Saga } from "#platform/service/kit.ts";
import type { ComputeDriver } from "../driver.ts";
import { action, asking, type Compute } from "../kit.ts";
import {
  type AddGroup,
  addGroupBody,
  bare,
  type ConsoleOutput,
  consoleBody,
  type Lock,
  lockBody,
  type Reboot,
  type RemoveGroup,
  type ResetState,
  rebootBody,
  removeGroupBody,
  resetBody,
} from "./actions.schema.ts";
import { rebootServer, rebootServerHard } from "./reboot.saga.ts";
import { remove } from "./server.api.ts";
import { load, refuseLocked, take } from "./server.load.ts";
import {
  adminRules,
  attributeRules,
  deferredRules,
  groupRules,
  lockRules,
  serverRules as rule,
} from "./server.rules.ts";
import { changeServer } from "./server.store.ts";
import { refusal, type Server, type ServerVerb, serverLife } from "./server.ts";
import { startServer } from "./start.saga.ts";
import { stopServer } from "./stop.saga.ts";

const on = "POST /servers/{id}/action";
const accepted = { "2.1": 202 };
const said = { on, status: accepted, of: load } as const;

export const serverActions = [
  action({ ...said, key: "os-start", rule: rule.start, body: bare("os-start"), run: begin("start", startServer) }),
  action({ ...said, key: "os-stop", rule: rule.stop, body: bare("os-stop"), run: begin("stop", stopServer) }),
  action({ ...said, key: "reboot", rule: rule.reboot, body: rebootBody, run: reboot }),
  action({ ...said, key: "lock", rule: lockRules.lock, body: lockBody, run: lock }),
  action({ ...said, key: "unlock", rule: lockRules.unlock, body: bare("unlock"), run: unlock }),
  action({ ...said, key: "os-resetState", rule: adminRules.reset_state, body: resetBody, run: resetState }),
  action({ ...said, key: "forceDelete", rule: deferredRules.force, body: bare("forceDelete"), run: remove }),
  action({ ...said, key: "addSecurityGroup", rule: groupRules.add, body: addGroupBody, run: addGroup }),
  action({ ...said, key: "removeSecurityGroup", rule: groupRules.remove, body: removeGroupBody, run: removeGroup }),
  asking({
    on,
    key: "os-getConsoleOutput",
    rule: attributeRules["os-console-output"],
    body: consoleBody,
    of: onHost,
    call: readConsole,
    run: consoleOutput,
  }),
];

/** Takes the server for one verb, or answers 409; from there the saga holds it. */
function begin(verb: ServerVerb, saga: Saga<Compute>) {
  return async (ctx: Ctx<Compute>, it: Server) => {
    await take(ctx, it, verb, verb);
    await ctx.start(saga, it.id);
  };
}

async function reboot(ctx: Ctx<Compute>, it: Server, { body }: { body: Reboot }) {
  const hard = body.reboot.type.toUpperCase() === "HARD";
  if (hard && it.task?.startsWith("reboot")) return rebootOver(ctx, it);
  const verb = hard ? "rebootHard" : "reboot";
  await take(ctx, it, verb, "reboot");
  await ctx.start(hard ? rebootServerHard : rebootServer, it.id);
}

/** A hard reboot is taken while a reboot runs: for a guest that does not come back. */
async function rebootOver(ctx: Ctx<Compute>, it: Server) {
  refuseLocked(ctx, it);
  await ctx.cancel(it.id);
  await changeServer(ctx.db, it.id, { task: serverLife.verbs.rebootHard.busy, taskSince: ctx.now, updatedAt: ctx.now });
  await ctx.start(rebootServerHard, it.id);
}

async function lock(ctx: Ctx<Compute>, it: Server, { body }: { body: Lock }) {
  const reason = atLeast(ctx.version, "2.73") ? (body.lock?.locked_reason ?? null) : null;
  const owner = ctx.actor.roles.includes("admin") && ctx.actor.projectId !== it.projectId ? "admin" : "owner";
  await changeServer(ctx.db, it.id, { locked: true, lockedBy: owner, lockedReason: reason, updatedAt: ctx.now });
}

async function unlock(ctx: Ctx<Compute>, it: Server) {
  const override = lockRules["unlock:unlock_override"];
  if (it.lockedBy === "admin" && !ctx.may(override, it))
    throw forbidden(`Policy doesn't allow ${override.name} to be performed.`);
  await changeServer(ctx.db, it.id, { locked: false, lockedBy: null, lockedReason: null, updatedAt: ctx.now });
}

/** For administrators: says what the state is. */
async function resetState(ctx: Ctx<Compute>, it: Server, { body }: { body: ResetState }) {
  const { state } = body["os-resetState"];
  await changeServer(ctx.db, it.id, { state, task: null, taskSince: null, updatedAt: ctx.now });
}

async function addGroup(ctx: Ctx<Compute>, it: Server, { body }: { body: AddGroup }) {
  refuseUnlaunched("addSecurityGroup", it);
  await ctx.needs.network.changeSecurityGroup(ctx, ctx.actor, it.id, "add", body.addSecurityGroup.name);
}

async function removeGroup(ctx: Ctx<Compute>, it: Server, { body }: { body: RemoveGroup }) {
  refuseUnlaunched("removeSecurityGroup", it);
  await ctx.needs.network.changeSecurityGroup(ctx, ctx.actor, it.id, "remove", body.removeSecurityGroup.name);
}

function refuseUnlaunched(what: string, it: Server) {
  if (it.state === "building")
    throw conflict(refusal(what, it, { from: ["active", "stopped"], busy: "", to: it.state }));
}

async function onHost(ctx: Ctx<Compute>, input: { path: { readonly id: string } }): Promise<Server> {
  const it = await load(ctx, input);
  if (it.host === null || it.state === "building") throw conflict(`Instance ${it.id} is not ready`);
  return it;
}

async function readConsole(driver: ComputeDriver, it: Server, { body }: { body: ConsoleOutput }): Promise<string> {
  const length = Number(body["os-getConsoleOutput"]?.length ?? -1);
  try {
    return await driver.console(it.host ?? "", it.id, length < 0 ? undefined : length);
  } catch (why) {
    if (why instanceof Gone) throw notFound(`Unable to retrieve console log of instance ${it.id}`);
    if (why instanceof Unavailable) throw conflict(`Instance ${it.id} is not ready`);
    throw why;
  }
}

function consoleOutput(_ctx: Ctx<Compute>, _it: Server, _input: unknown, output: string) {
  return { output };
}
