import type pg from "pg";
import type { AnyDb } from "./database.ts";
import { type Build, Lane } from "./lane.ts";

/** A handle for the plain reads of one piece of work. */
export type Reading = () => AnyDb;

/** What is asked together goes together, on one connection, which is given back as soon as nothing is under way on it. */
export function readings(pool: pg.Pool, build: Build): Reading {
  return () => {
    let open: Promise<Lane> | undefined;
    let asked = 0;
    return build(async (ask) => {
      asked += 1;
      open ??= pool.connect().then((client) => new Lane(client));
      const lane = open;
      try {
        return await ask(await lane);
      } finally {
        asked -= 1;
        if (asked === 0) {
          open = undefined;
          void lane.then(({ client }) => client.release()).catch(() => {}); // it never was open
        }
      }
    });
  };
}
