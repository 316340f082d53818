import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { AnyService } from "#platform/service/kit.ts";
import type { Schema } from "./schema.ts";
import type { Target } from "./target.ts";

interface Operation {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly parameters?: readonly Parameter[];
}
interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
  readonly schema?: Schema;
}
interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: object; readonly parameters?: object };
}

/** The targets once more, with the shapes that OpenAPI files (compute-….yaml and so on) have for the same paths. */
export function withContracts(targets: readonly Target[], folder: string): Target[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  const types = new Map(targets.map((t) => [t.service.type, t.service]));
  return [...types].flatMap(([type, service]) => {
    const file = files.find((name) => name.startsWith(`${type}-v`));
    if (!file) return [];
    const contract = parse(readFileSync(join(folder, file), "utf8"), { maxAliasCount: -1 }) as Contract;
    const operations = operationsOf(contract, service);
    return targets.flatMap((t) => (t.service === service ? both(t, contract, operations) : []));
  });
}

function both(target: Target, contract: Contract, operations: ReadonlyMap<string, Operation>): Target[] {
  const operation = operations.get(`${target.method} ${shapeOf(target.path)}`);
  if (!operation) return [];
  const content = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const body = content && resolved(contract, content, 0);
  const query = queryOf(contract, operation);
  return [{ ...target, name: `${target.name} by contract`, body: body ?? target.body, query: query ?? target.query }];
}

/** By method and path below the mount, whatever the parameters are called. */
function operationsOf({ paths }: Contract, { mounts, root }: AnyService): Map<string, Operation> {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const below = path.replace(/^\/v[\d.]+/, "").replace(/^\/\{project_id\}(?=\/)/, "");
      return [`${method.toUpperCase()} ${shapeOf(mounts[0] + root + below)}`, operation] as const;
    }),
  );
  return new Map(all);
}

const shapeOf = (path: string) => path.replace(/\{[^}]+\}|:\w+/g, ":").replace(/(.)\/$/, "$1");

function queryOf(contract: Contract, { parameters = [] }: Operation): Schema | undefined {
  const its = parameters.map((p) => (p.$ref ? (pointed(contract, p.$ref) as Parameter) : p));
  const named = its.flatMap((p) => (p?.in === "query" ? [[p.name!, p.schema ?? {}] as const] : []));
  return named.length > 0 ? { type: "object", properties: Object.fromEntries(named) } : undefined;
}

function pointed(contract: Contract, ref: string): unknown {
  return ref
    .slice(2)
    .split("/")
    .reduce((it: unknown, key) => (it as Record<string, unknown> | undefined)?.[key], contract);
}

/** A schema without references, to a depth at which nobody looks any more. */
function resolved(contract: Contract, schema: unknown, depth: number): Schema {
  if (typeof schema !== "object" || schema === null || depth > 12) return {};
  const { $ref, ...its } = schema as { $ref?: string };
  if ($ref) return resolved(contract, pointed(contract, $ref), depth + 1);
  const inner = (it: unknown): unknown => {
    if (Array.isArray(it)) return it.map(inner);
    return typeof it === "object" && it !== null ? resolved(contract, it, depth + 1) : it;
  };
  return Object.fromEntries(Object.entries(its).map(([k, v]) => [k, inner(v)])) as Schema;
}
