import type { Answer, Cloud } from "../cloud.ts";
import type { Ground } from "../ground.ts";

/** Something asked for, whose sagas are killed on their way. */
export interface Deed {
  readonly sagas: readonly string[];
  ask(): Promise<Answer>;
  /** What has come of it when all is at rest: "done", or the sentence in which it explains itself. Throws when it is neither. */
  look(): Promise<string>;
  /** What has come of it when one of its sagas was refused on its way, where that is nothing: throws when something has. */
  undone?(): Promise<void>;
}
/** A deed and the one that takes it back. */
export interface Pair {
  readonly name: string;
  readonly there: Deed;
  readonly back: Deed;
  /** How often `back` is asked for before `there` has come to its end. */
  readonly hurried?: "always" | "every second time";
}
/** Makes ready what the pair needs, and says how it goes. */
export type Make = (cloud: Cloud, ground: Ground) => Promise<Pair>;

let last = 0;

export function fresh(what: string): string {
  last += 1;
  return `${what}-${last}`;
}

/** The words of a resource in error; throws when it has none. */
export function explained(status: string, words: string | undefined): string {
  if (!/error/i.test(status)) throw new Error(`it came to rest as ${status}`);
  if (!words) throw new Error(`it is ${status} and does not say why`);
  return `${status}: ${words}`;
}

/** A thing that is found again by its name when the answer to its creation was lost. */
export function things(cloud: Cloud, path: string, one: string, as = "demo") {
  let [name, id] = ["", ""];
  const list = `${one}s`;
  return {
    id: () => id,
    async make(body: object, what = one) {
      name = fresh(what);
      id = "";
      return cloud.call("POST", path, { [one]: { name, ...body } }, as);
    },
    async find() {
      const found = (await cloud.must("GET", `${path}?name=${name}`, undefined, as))[list] as {
        id: string;
        name: string;
      }[];
      id = found.find((it) => it.name === name)?.id ?? "";
      if (id === "") throw new Error(`lost: ${one} ${name} was asked for and is not there`);
      return (await cloud.must("GET", `${path}/${id}`, undefined, as))[one];
    },
    drop: async () => cloud.call("DELETE", `${path}/${id}`, undefined, as),
    async gone() {
      const { status, text } = await cloud.call("GET", `${path}/${id}`, undefined, as);
      if (status === 404) return "done";
      const it = JSON.parse(text)[one];
      return explained(it.status, it.fault?.message);
    },
  };
}
