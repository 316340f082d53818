import { badRequest, forbidden } from "#platform/api/errors.ts";
import { mutable, taken } from "../errors.ts";
import { defined, extraOf, optionsAfter } from "../identity.ts";
import type { Context } from "../kit.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { type ChangeProject, projectNames } from "./project.schema.ts";
import { changeProject, findProjectNamed, listAbove, listBelow, switchBelow } from "./project.store.ts";
import type { Project } from "./project.ts";

/** Writes what a PATCH asks for, of a project or a domain; its tokens end when it is turned off. */
export async function changed(ctx: Context, it: Project, asked: ChangeProject["project"], cascade = false) {
  mutable(it.isDomain ? "domain" : "project", it, asked);
  const extra = extraOf(asked, projectNames);
  const to = defined({
    name: asked.name?.trim(),
    description: asked.description === null ? "" : asked.description,
    enabled: asked.enabled,
    tags: asked.tags,
    options: optionsAfter(it.options, asked.options),
    extra: Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined,
  });
  const whole = { ...it, ...to };
  if (whole.name !== it.name) await freeName(ctx, whole);
  if (whole.enabled && !it.enabled) await underEnabled(ctx, it);
  const off = it.enabled && !whole.enabled;
  if (off && !it.isDomain && !cascade) await aboveDisabled(ctx, it);
  if (cascade && Object.keys(asked).some((key) => key !== "enabled"))
    throw badRequest("Cascade update is only allowed for enabled attribute.");
  await changeProject(ctx.db, it, to);
  const below = cascade ? await switchBelow(ctx.db, it.id, whole.enabled) : [];
  const ended = [...(off ? [it.id] : []), ...(whole.enabled ? [] : below)];
  await revoke(ctx, ...ended.map(it.isDomain ? mark.domain : mark.project));
  return whole;
}

async function underEnabled({ db }: Context, { id }: Project) {
  if ((await listAbove(db, id)).some(({ enabled }) => !enabled))
    throw forbidden(`Cannot enable project ${id} since it has disabled parents`);
}

async function aboveDisabled({ db }: Context, { id }: Project) {
  if ((await listBelow(db, id)).some(({ enabled }) => enabled))
    throw forbidden(`Cannot disable project ${id} since its subtree contains enabled projects.`);
}

/** Refuses a name that another project of the domain (or another domain) has. */
export async function freeName({ db }: Context, { name, domainId, isDomain }: Project) {
  const other = await findProjectNamed(db, name, domainId);
  if (!other) return;
  if (isDomain) throw taken("domain", `Duplicate entry found with name ${name}`);
  throw taken(
    "project",
    `it is not permitted to have two projects with either the same name or same id in the same domain: name is ${name}, project id ${other.id}`,
  );
}
