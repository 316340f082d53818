import { reply } from "#platform/service/kit.ts";
import { seal } from "#platform/store/seal.ts";
import { choiceOf } from "../directory/choice.ts";
import { type Context, route } from "../kit.ts";
import { getDomain } from "../project/project.store.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { domainConfigRules as rule } from "./domain-config.rules.ts";
import { configBody as body } from "./domain-config.schema.ts";
import { deleteOptions, listOptions, putOptions } from "./domain-config.store.ts";
import {
  changing,
  invalid,
  isIn,
  isSensitive,
  noConfig,
  type Part,
  part,
  shown,
  supported,
  valid,
} from "./domain-config.ts";
import { defaults, securityCompliance } from "./options.ts";

const gone = { "3.14": 204 } as const;
const of = () => ({});
const whole = "/domains/{id}/config";
const group = "/domains/{id}/config/{group}";
const option = "/domains/{id}/config/{group}/{option}";
const compliance = "/domains/{id}/config/security_compliance";

export const domainConfigRoutes = [
  route({ on: "GET /domains/config/default", rule: rule.get_domain_config_default, of, run: showDefaults }),
  route({ on: "GET /domains/config/{group}/default", rule: rule.get_domain_config_default, of, run: showDefault }),
  route({
    on: "GET /domains/config/{group}/{option}/default",
    rule: rule.get_domain_config_default,
    of,
    run: showDefault,
  }),
  route({ on: `GET ${compliance}`, rule: rule.get_security_compliance, of, run: showCompliance }),
  route({ on: `GET ${compliance}/{option}`, rule: rule.get_security_compliance, of, run: showCompliance }),
  route({ on: `PUT ${whole}`, rule: rule.create_domain_config, body, of, run: replace }),
  ...([whole, group, option] as const).flatMap((path) => [
    route({ on: `GET ${path}`, rule: rule.get_domain_config, of, run: show }),
    route({ on: `PATCH ${path}`, rule: rule.update_domain_config, body, of, run: change }),
    route({ on: `DELETE ${path}`, rule: rule.delete_domain_config, status: gone, of, run: remove }),
  ]),
];

interface At {
  readonly path: Part & { readonly id: string };
}
type Said = At & { readonly body: { readonly config?: unknown } };

function showDefaults() {
  return { config: defaults };
}

function showDefault(_: Context, __: object, { path }: { path: Part }) {
  supported(path);
  const { group, option } = path;
  if (group !== undefined && option !== undefined && isSensitive(group, option))
    throw invalid(`Reading the default for option ${option} in group ${group} is not supported`);
  return { config: part(defaults, path) };
}

async function show({ db }: Context, _: object, { path }: At) {
  await getDomain(db, path.id);
  supported(path);
  const rows = (await listOptions(db, path.id, path)).filter((row) => row.sealed === null);
  if (rows.length === 0) throw noConfig(path.id, path);
  return { config: part(shown(rows), path) };
}

async function showCompliance(
  { db, settings }: Context,
  _: object,
  { path }: { path: { id: string; option?: string } },
) {
  await getDomain(db, path.id);
  if (path.id !== "default")
    throw invalid(
      "Reading security compliance information for any domain other than the default domain is not allowed or supported.",
    );
  const asked = securityCompliance(settings);
  if (path.option === undefined) return { config: { security_compliance: asked } };
  if (!Object.hasOwn(asked, path.option))
    throw invalid(
      "Reading security compliance values other than password_regex and password_regex_description is not allowed.",
    );
  return { config: { [path.option]: asked[path.option] } };
}

async function replace(ctx: Context, _: object, { path, body }: Said) {
  await getDomain(ctx.db, path.id);
  const config = valid(body.config);
  let known = false;
  await written(ctx, path.id, async () => {
    known = await deleteOptions(ctx.db, path.id, {});
    await putOptions(ctx.db, rows(path.id, config));
  });
  return reply({ config: shown(await listOptions(ctx.db, path.id)) }, { status: known ? 200 : 201 });
}

async function change(ctx: Context, _: object, { path, body }: Said) {
  await getDomain(ctx.db, path.id);
  const config = changing(body.config, path);
  const before = await listOptions(ctx.db, path.id);
  if (path.group !== undefined && !before.some((row) => isIn(row, path))) throw noConfig(path.id, path);
  await written(ctx, path.id, () => putOptions(ctx.db, rows(path.id, config)));
  return { config: shown(await listOptions(ctx.db, path.id)) };
}

async function remove(ctx: Context, _: object, { path }: At) {
  await getDomain(ctx.db, path.id);
  supported(path);
  await written(ctx, path.id, async () => {
    const found = await deleteOptions(ctx.db, path.id, path);
    if (!found && path.group !== undefined) throw noConfig(path.id, path);
  });
}

/** Whoever logged in while users were kept elsewhere is not the one who has this name now. */
async function written(ctx: Context, domainId: string, write: () => Promise<unknown>) {
  const before = choiceOf(await listOptions(ctx.db, domainId));
  await write();
  const after = choiceOf(await listOptions(ctx.db, domainId));
  await ctx.emit("domain.configured", { domainId });
  if (before.users !== after.users) await revoke(ctx, mark.domain(domainId));
}

function rows(domainId: string, config: ReturnType<typeof valid>) {
  return Object.entries(config).flatMap(([groupName, options]) =>
    Object.entries(options).map(([option, value]) => {
      const kept = { domainId, groupName, option };
      return isSensitive(groupName, option)
        ? { ...kept, value: null, sealed: seal(JSON.stringify(value)) }
        : { ...kept, value, sealed: null };
    }),
  );
}
