import { forbidden, notFound } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { readCatalog } from "../catalog/catalog.store.ts";
import type { Shown } from "../catalog/shown.ts";
import { listEffectiveRoles } from "../grant/grant.store.ts";
import { SYSTEM } from "../grant/grant.ts";
import { type Filters, TOKEN_LIFETIME, UNVEILED } from "../identity.ts";
import { look } from "../keepers.ts";
import { type Context, route } from "../kit.ts";
import { collection, self } from "../links.view.ts";
import { listProjectsOf } from "../project/project.store.ts";
import { domainBody, projectBody } from "../project/project.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { bondsOf } from "./bonds.ts";
import { revoke } from "./revocation.store.ts";
import { mark } from "./revocation.ts";
import { tokenRules as rule } from "./token.rules.ts";
import { actorOf, type Token } from "./token.ts";
import { catalogBody, tokenBody } from "./token.view.ts";

const gone = { "3.14": 204 } as const;
const query = anyQuery;
const me = ({ actor }: Context) => ({ userId: actor.userId });

export const tokenRoutes = [
  route({ on: "GET /auth/tokens", rule: rule.validate_token, query, of: subject, run: show }),
  route({ on: "HEAD /auth/tokens", rule: rule.check_token, query, of: subject, run: () => undefined }),
  route({ on: "DELETE /auth/tokens", rule: rule.revoke_token, status: gone, of: subject, run: remove }),
  route({ on: "GET /auth/catalog", rule: rule.mine, query, of: me, run: catalog }),
  route({ on: "GET /auth/projects", rule: rule.mine, query, of: me, run: projects }),
  route({ on: "GET /OS-FEDERATION/projects", rule: rule.mine, query, of: me, run: projects }),
  route({ on: "GET /OS-FEDERATION/domains", rule: rule.mine, query, of: me, run: domains }),
  route({ on: "GET /auth/domains", rule: rule.mine, query, of: me, run: domains }),
  route({ on: "GET /auth/system", rule: rule.mine, query, of: me, run: system }),
];

interface Subject {
  readonly text: string;
  readonly token: Token;
  readonly shown: Shown;
  readonly target: object;
}

/** Services that finish what was begun in time ask for tokens that have just expired as well (`allow_expired`). */
async function subject({ headers }: Context, { query }: { query: Filters }): Promise<Subject> {
  const text = headers["x-subject-token"];
  if (!text) throw notFound("No token in the request", UNVEILED);
  const found = await look(text, isSet(query.allow_expired) ? TOKEN_LIFETIME : 0);
  if (!found) throw notFound("Failed to validate token", UNVEILED);
  return { ...found, text, target: { token: { userId: found.token.user.id } } };
}

function isSet(value: Filters[string]): boolean {
  return /^(1|t|true|on|y|yes)$/i.test([value ?? ""].flat().at(-1)!);
}

async function show(_: Context, { text, token, shown }: Subject, { query }: { query: Filters }) {
  const headers = { "x-subject-token": text, vary: "X-Auth-Token", "content-type": "application/json" };
  const hasCatalog = token.scope.kind !== "unscoped" && !("nocatalog" in query);
  const [roles, providers, catalog] = await Promise.all([
    rolesOf(shown, token),
    shown.providers(),
    hasCatalog ? shown.catalog(actorOf(token)) : undefined,
  ]);
  const json = JSON.stringify(tokenBody(token, roles, null, providers));
  // The catalogue is most of the answer, and was written before: it takes its place before the last two brackets.
  return reply(catalog === undefined ? json : `${json.slice(0, -2)},"catalog":${catalog}}}`, { headers });
}

/** The roles that a token says, and those bound to a service by their own names. */
async function rolesOf(shown: Shown, { roles, bound = {} }: Token) {
  const found = await shown.roles([...roles, ...Object.values(bound).flat()]);
  return found.filter(({ name, serviceId }) => serviceId !== null || roles.includes(name));
}

async function remove(ctx: Context, { token }: Subject) {
  await revoke(ctx, mark.token(token.auditIds[0]!));
}

async function catalog(ctx: Context) {
  const { projectId, domainId, system: all } = ctx.actor;
  if (!projectId && !domainId && !all) throw forbidden("You are not authorized to perform the requested action.");
  return { catalog: catalogBody(ctx.actor, await readCatalog(ctx.db, projectId)), ...self(ctx, "/auth/catalog") };
}

async function projects(ctx: Context, { userId }: { userId: string }, { query }: { query: Filters }) {
  const found = await listProjectsOf(ctx, userId, false, groupsOf(ctx));
  return collection(
    ctx,
    "projects",
    "/auth/projects",
    query,
    found.map((it) => projectBody(ctx, it)),
  );
}

/** The groups that a federation has put one into. */
function groupsOf({ actor }: Context): readonly string[] {
  return bondsOf(actor).federation?.groups ?? [];
}

async function domains(ctx: Context, { userId }: { userId: string }, { query }: { query: Filters }) {
  const found = await listProjectsOf(ctx, userId, true, groupsOf(ctx));
  return collection(
    ctx,
    "domains",
    "/auth/domains",
    query,
    found.map((it) => domainBody(ctx, it)),
  );
}

async function system(ctx: Context, { userId }: { userId: string }) {
  const roles = await listEffectiveRoles(ctx, userId, SYSTEM, groupsOf(ctx));
  return { system: roles.length > 0 ? [{ all: true }] : [], ...self(ctx, "/auth/system") };
}
