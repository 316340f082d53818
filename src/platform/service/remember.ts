import { watchedPart } from "./remembered.ts";
import { openWorld, type World } from "./world-file.ts";

type Hear = (event: object) => void;
type Watch = (hear: Hear) => () => void;

/**
 * Lets a simulated driver keep its world in a file: what stands in the named maps and sets (their keys are strings) is there
 * when the program comes back, as real guests are, and programs that share the file share the world: a
 * call sees it as it is, may be made twice, and is answered when what it changed is kept. What the driver tells by `watch` is
 * heard in every program.
 */
export function remembering<D extends object>(driver: D, file: string, names: readonly (keyof D & string)[]): D {
  const parts = names.map((name) => watchedPart(name, driver[name]));
  const hearers = new Set<Hear>();
  const tell = (event: object) => {
    for (const hear of [...hearers]) hear(event);
  };
  const world = openWorld(file, parts, tell);
  const { watch: own } = driver as { watch?: Watch };
  own?.call(driver, (event) => world.tell(event));
  const watch: Watch = (hear) => {
    hearers.add(hear);
    return () => void hearers.delete(hear);
  };
  return new Proxy(driver, {
    get(target, name, self) {
      const it = Reflect.get(target, name, self) as unknown;
      if (typeof it !== "function") return it;
      if (name === "watch") return watch;
      return it.constructor.name === "AsyncFunction" ? within(world, it.bind(target)) : it.bind(target);
    },
  });
}

function within(world: World, call: (...args: unknown[]) => Promise<unknown>) {
  return (...args: unknown[]) => world.call(() => call(...args));
}
