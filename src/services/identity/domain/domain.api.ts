import { badRequest } from "#platform/api/errors.ts";
import { mayNot, mutable, sameId } from "../errors.ts";
import { extraOf, type Filters, hexId, optionsAfter } from "../identity.ts";
import { type Context, route, unveiled } from "../kit.ts";
import { deleteLimitsOf } from "../limit/limit.store.ts";
import { page } from "../links.view.ts";
import { changed, freeName } from "../project/change.api.ts";
import {
  type CreateDomain,
  changeDomain,
  createDomain,
  type ProjectFields,
  projectNames,
} from "../project/project.schema.ts";
import { deleteProjects, getDomain, insertProject, listBelow, listProjects } from "../project/project.store.ts";
import type { Project } from "../project/project.ts";
import { domainBody } from "../project/project.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { domainRules as rule } from "./domain.rules.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const cloud = () => ({});

export const domainRoutes = [
  route({ on: "GET /domains", rule: rule.list_domains, query, of: own, run: list }),
  route({ on: "GET /domains/{id}", rule: rule.get_domain, query, of: load, run: show }),
  route({ on: "POST /domains", rule: rule.create_domain, body: createDomain, status: made, of: cloud, run: create }),
  route({ on: "PATCH /domains/{id}", rule: rule.update_domain, body: changeDomain, of: unveiled(load), run: change }),
  route({ on: "DELETE /domains/{id}", rule: rule.delete_domain, status: gone, of: unveiled(load), run: remove }),
];

interface Loaded {
  readonly it: Project;
  readonly target: object;
}

function own({ actor }: Context) {
  return { target: { domain: { id: actor.domainId } } };
}

async function load({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Loaded> {
  const it = await getDomain(db, path.id);
  return { it, target: { domain: { id: it.id } } };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const { domainId } = ctx.actor;
  const found = await listProjects(ctx.db, query, true);
  const seen = domainId ? found.filter((it) => it.id === domainId) : found;
  return page(
    ctx,
    "domains",
    "/domains",
    query,
    seen.map((it) => domainBody(ctx, it)),
  );
}

function show(ctx: Context, { it }: Loaded) {
  return { domain: domainBody(ctx, it) };
}

async function create(ctx: Context, _: object, { body }: { body: { domain: CreateDomain } }) {
  const { domain: asked } = body;
  if (!/^[0-9a-f]{32}$/.test(asked.explicit_domain_id ?? "0".repeat(32)))
    throw badRequest("Domain ID does not conform to required UUID format.");
  const it: Project = {
    id: asked.explicit_domain_id ?? hexId(ctx.newId()),
    name: asked.name.trim(),
    domainId: null,
    parentId: null,
    isDomain: true,
    enabled: asked.enabled ?? true,
    description: asked.description ?? "",
    tags: asked.tags ?? [],
    options: optionsAfter({}, asked.options) ?? {},
    extra: extraOf(asked, [...projectNames, "explicit_domain_id"]),
  };
  await freeName(ctx, it);
  await insertProject(ctx.db, it);
  return { domain: domainBody(ctx, it) };
}

async function change(ctx: Context, { it }: Loaded, { body }: { body: { domain: ProjectFields } }) {
  sameId(it, body.domain);
  return { domain: domainBody(ctx, await changed(ctx, it, body.domain)) };
}

/** With its users, groups and projects. */
async function remove(ctx: Context, { it }: Loaded) {
  mutable("domain", it);
  if (it.enabled) throw mayNot("Cannot delete a domain that is enabled, please disable it first");
  const below = await listBelow(ctx.db, it.id);
  const ids = [it.id, ...below.map(({ id }) => id)];
  await deleteProjects(ctx.db, ids);
  await deleteLimitsOf(ctx.db, ids);
  await revoke(ctx, mark.domain(it.id));
}
