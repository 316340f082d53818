import { services } from "#cloud";

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

export function bordersOf(sagas: readonly string[]): readonly Border[] {
  return borders.filter(({ saga }) => sagas.includes(saga));
}
