import type { Settings } from "#platform/config/config.ts";

/** How limits of projects above and below each other are weighed. */
export interface Model {
  readonly name: string;
  readonly description: string;
  /** How many projects may lie in each other below a domain, where that matters to the model. */
  readonly depth?: number;
}

const models = {
  flat: {
    name: "flat",
    description: "Limit enforcement and validation does not take project hierarchy into consideration.",
  },
  strict_two_level: {
    name: "strict_two_level",
    description: "This model requires project hierarchy never exceeds a depth of two",
    depth: 2,
  },
} as const satisfies Record<string, Model>;

export function modelOf(settings: Settings): Model {
  return models[settings["limit-enforcement-model"] ?? "flat"];
}
