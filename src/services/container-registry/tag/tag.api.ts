import { badRequest } from "#platform/api/errors.ts";
import { type Reply, reply } from "#platform/service/kit.ts";
import { type Context, route } from "../kit.ts";
import { isThere, listRepositories } from "../manifest/manifest.store.ts";
import { load, unknownName } from "../repository/repository.load.ts";
import { rule } from "../repository/repository.rules.ts";
import { type Repository, readName } from "../repository/repository.ts";
import { listOffered, listShowing, tagsOf } from "../shown/shown.load.ts";
import { listTags } from "./tag.store.ts";
import { type Asked, pageOf } from "./tag.ts";

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
export const tagRoutes = [
  route({ on: "GET /{name}/tags/list", rule: rule.pull, of: load, run: list }),
  route({ on: "GET /_catalog", rule: rule.catalog, of: () => ({}), run: catalog }),
];

interface Query {
  readonly query: unknown;
}

async function list(ctx: Context, it: Repository, { query }: Query): Promise<Reply> {
  const shown = tagsOf(await listOffered(ctx, it));
  const names = [...(await listTags(ctx.db, it)), ...shown];
  if (names.length === 0 && !(await isThere(ctx.db, it))) throw unknownName(it.name);
  return paged(`/v2/${it.name}/tags/list`, names, query, (tags) => ({ name: it.name, tags }));
}

/** The repositories of one's own project. */
async function catalog(ctx: Context, _: object, { query }: Query): Promise<Reply> {
  const { projectId, projectName, projectDomainId } = ctx.actor;
  const first =
    projectDomainId === "default" && projectName !== undefined && readName(projectName)?.repository === ""
      ? projectName
      : projectId;
  const names =
    projectId === undefined
      ? []
      : [...(await listRepositories(ctx.db, projectId)), ...(await listShowing(ctx, projectId))];
  const whole = names.map((name) => `${first}/${name}`);
  return paged("/v2/_catalog", whole, query, (repositories) => ({ repositories }));
}

function paged(path: string, names: readonly string[], query: unknown, bodyOf: (page: readonly string[]) => object) {
  const asked = readAsked(query);
  const { page, next } = pageOf(names, asked);
  const link = next === undefined ? undefined : `<${path}?n=${asked.n}&last=${encodeURIComponent(next)}>; rel="next"`;
  return reply(bodyOf(page), { headers: link === undefined ? {} : { link } });
}

function readAsked(query: unknown): Asked {
  const { n, last } = query as Record<string, string | string[] | undefined>;
  const [many, after] = [[n].flat().at(-1), [last].flat().at(-1)];
  if (many !== undefined && !/^\d{1,9}$/.test(many)) throw badRequest("n is a number of names.", "UNSUPPORTED");
  return { n: many === undefined ? undefined : Number(many), last: after };
}
