import type { Client } from "pg";
import { type Database, openDatabase } from "#platform/store/database.ts";

const gone = () => Object.assign(new Error("Connection terminated: the process was killed"), { code: "ECONNRESET" });

/** A database handle whose connections break all at once, as those of a killed process. */
export function mortalDatabase(url: string, size: number): { database: Database; die(): void } {
  const database = openDatabase(url, size);
  const clients = new Set<Client>();
  let dead = false;
  const keep = (client: Client) => {
    clients.add(client);
    client.once("end", () => clients.delete(client));
    if (dead) cut(client);
    return client;
  };
  database.pool.on("connect", (client) => void keep(client as unknown as Client));
  return {
    database: {
      ...database,
      async connect() {
        if (dead) throw gone();
        return keep(await database.connect());
      },
    },
    die() {
      dead = true;
      for (const client of clients) cut(client);
      const { pool } = database;
      const refuse = (then?: unknown) => (typeof then === "function" ? then(gone()) : Promise.reject(gone()));
      Object.assign(pool, { connect: refuse, query: (...asked: unknown[]) => refuse(asked.at(-1)) });
    },
  };
}

function cut(client: Client) {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}

/** Drivers in the hands of one process: when it dies, what it asked may still happen, but it never hears of it. */
export function mortalDrivers(drivers: Readonly<Record<string, object>>) {
  let dead = false;
  const never = new Promise<never>(() => {});
  const inHand = (driver: object) =>
    new Proxy(driver, {
      get(target, name) {
        const it = Reflect.get(target, name, target) as unknown;
        if (typeof it !== "function") return it;
        return (...given: unknown[]) => {
          if (dead) return never;
          const answer = it.apply(target, given) as unknown;
          if (!(answer instanceof Promise)) return answer;
          return answer.then(
            (value) => (dead ? never : value),
            (why) => (dead ? never : Promise.reject(why)),
          );
        };
      },
    });
  return {
    drivers: Object.fromEntries(Object.entries(drivers).map(([type, driver]) => [type, inHand(driver)])),
    die() {
      dead = true;
    },
  };
}
