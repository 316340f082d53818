import { createRequire } from "node:module";
import { CamelCasePlugin, type PluginTransformResultArgs, type QueryResult, type UnknownRow } from "kysely";

const camels = new Map<string, string>();

/** project_id → projectId, remembered. */
export function camel(snake: string): string {
  let it = camels.get(snake);
  if (it === undefined) {
    it = snake.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
    camels.set(snake, it);
  }
  return it;
}

/** Spells identifiers in snake case on the way in; on the way out `camelResults` has done it once a result, not once a row. */
export class SnakeNames extends CamelCasePlugin {
  override async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

interface Field {
  name: string;
}
interface ResultClass {
  prototype: { addFields(fields: Field[]): void };
}

let patched = false;

/**
 * Makes pg name the columns of results in camel case as it reads a result's header, so that no row is copied for it
 * (a plugin that renames each row costs a sixth of a list's time).
 */
export function camelResults(): void {
  if (patched) return;
  patched = true;
  const { prototype } = createRequire(import.meta.url)("pg/lib/result.js") as ResultClass;
  const addFields = prototype.addFields;
  prototype.addFields = function (fields) {
    for (const field of fields) field.name = camel(field.name);
    return addFields.call(this, fields);
  };
}
