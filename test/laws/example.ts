interface Schema {
  readonly type?: string | string[];
  readonly properties?: Record<string, Schema>;
  readonly required?: string[];
  readonly enum?: unknown[];
  readonly const?: unknown;
  readonly anyOf?: Schema[];
  readonly oneOf?: Schema[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly minProperties?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** The smallest value that a schema plausibly takes. */
export function example(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return example(either[0]!);
  const type = [schema.type].flat()[0];
  if (type === "object" || schema.properties) return exampleObject(schema);
  if (type === "array") return Array.from({ length: schema.minItems ?? 0 }, () => example(schema.items ?? {}));
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  if (type === "boolean") return true;
  if (type === "null") return null;
  if (schema.pattern && !new RegExp(schema.pattern, "u").test("a")) return "0f0e0d0c-0b0a-4908-8706-050403020100";
  return "a".repeat(Math.max(1, schema.minLength ?? 1));
}

function exampleObject({ properties = {}, required = [], minProperties = 0 }: Schema) {
  const names = Object.keys(properties).filter((name, i) => required.includes(name) || i < minProperties);
  return Object.fromEntries(names.map((name) => [name, example(properties[name]!)]));
}
