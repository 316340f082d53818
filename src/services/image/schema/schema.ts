/** A JSON schema as this service shows it and checks by it. */
export interface Schema {
  readonly name: string;
  readonly properties: Readonly<Record<string, object>>;
  readonly additionalProperties?: boolean | object;
  readonly definitions?: object;
  readonly required?: readonly string[];
  readonly links?: readonly object[];
}

export function readOnly(description?: string, more: object = {}) {
  return { type: "string", readOnly: true, ...(description && { description }), ...more };
}

/** The schema of a page of some, as a list or as a map. */
export function collection(name: string, { definitions, ...item }: Schema, as: "list" | "map" = "list"): Schema {
  return {
    name,
    properties: {
      [name]: as === "list" ? { type: "array", items: item } : { type: "object", additionalProperties: item },
      first: { type: "string" },
      next: { type: "string" },
      schema: { type: "string" },
    },
    links: [
      { rel: "first", href: "{first}" },
      { rel: "next", href: "{next}" },
      { rel: "describedby", href: "{schema}" },
    ],
    ...(definitions && { definitions }),
    ...(as === "map" && { additionalProperties: false }),
  };
}
