import { services } from "#cloud";
import type { AnySaga } from "#platform/service/kit.ts";

/** A place where the program is killed: "compute.server.build called do spawn". */
export interface Border {
  readonly saga: string;
  readonly at: string;
}

/**
 * Every border of every step of every saga that there is: before it, and after it; of those that call outside also between
 * the question and the call, and between the call and its note.
 */
export const borders: readonly Border[] = services.flatMap(({ sagas }) =>
  sagas.flatMap(({ name: saga, steps }) =>
    steps.flatMap(({ kind, name }) => {
      const words = kind === "act" ? ["before", "asked", "called", "after"] : ["before", "after"];
      return words.map((word) => ({ saga, at: `${saga} ${word} do ${name}` }));
    }),
  ),
);

/** A place on a saga's way back, and where the saga is made to turn: as late as there is something to undo. */
export interface BackBorder extends Border {
  readonly turn: string;
}

/** Every border of every step on the way back, of those sagas that have something to undo. */
export const backBorders: readonly BackBorder[] = services.flatMap(({ sagas }) =>
  sagas.filter(({ steps }) => steps.some((step) => step.undo)).flatMap(wayBack),
);

function wayBack({ name: saga, steps }: AnySaga): BackBorder[] {
  const last = steps.at(-1)!;
  const turn = `fail ${saga} ${last.kind === "act" ? "called" : "before"} do ${last.name}`;
  return steps.flatMap(({ kind, name, undo }) => {
    const words = kind === "act" && undo ? ["before", "asked", "called", "after"] : ["before", "after"];
    return words.map((word) => ({ saga, turn, at: `${saga} ${word} undo ${name}` }));
  });
}

export function bordersOf(sagas: readonly string[]): readonly Border[] {
  return borders.filter(({ saga }) => sagas.includes(saga));
}
