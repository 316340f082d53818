import { createRequire } from "node:module";
import { type IdentifierNode, PostgresDialect, PostgresQueryCompiler } from "kysely";

const camels = new Map<string, string>();
const snakes = new Map<string, string>();

/** project_id → projectId, remembered. */
export function camel(snake: string): string {
  let it = camels.get(snake);
  if (it === undefined) {
    it = snake.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
    camels.set(snake, it);
  }
  return it;
}

/** projectId → project_id, remembered. */
function snake(camel: string): string {
  let it = snakes.get(camel);
  if (it === undefined) {
    it = camel.replace(/([^A-Z])([A-Z]+)/g, "$1_$2").toLowerCase();
    snakes.set(camel, it);
  }
  return it;
}

/**
 * Spells identifiers in snake case as the SQL is written (a plugin would copy the whole query for it); on the way out
 * `camelResults` does the reverse, once a result.
 */
export class SnakeDialect extends PostgresDialect {
  override createQueryCompiler() {
    return new SnakeCompiler();
  }
}

class SnakeCompiler extends PostgresQueryCompiler {
  protected override compileUnwrappedIdentifier({ name }: IdentifierNode): void {
    this.append(this.sanitizeIdentifier(snake(name)));
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
