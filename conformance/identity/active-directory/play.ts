import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../client.ts";
import { openApi } from "../../tempest/api.ts";
import type { OwnCloud } from "../../tempest/cloud.ts";
import { until } from "../../until.ts";
import type { Client } from "../client.ts";
import type { Controller } from "./forest.ts";
import { scenes } from "./scenes.ts";
import type { Front } from "./windows.ts";

export interface Stage {
  readonly cloud: OwnCloud;
  readonly controller: Controller;
  readonly front: Front;
  readonly client: Client;
  say(text: string): void;
}
/** What scenes are played with. */
export type Play = Awaited<ReturnType<typeof props>>;

/** Plays all scenes, and says how many failed. */
export async function play(stage: Stage): Promise<number> {
  const it = await props(stage);
  let failed = 0;
  for (const [name, scene] of Object.entries(scenes)) {
    const why = await scene(it).then(
      () => undefined,
      (error: Error) => error,
    );
    if (why) failed += 1;
    stage.say(`${why ? "fails" : "holds"}  ${name}${why ? `\n${why.stack}` : ""}`);
  }
  console.log(`${Object.keys(scenes).length - failed} hold, ${failed} fail`);
  return failed;
}

async function props({ cloud, controller, front, client: { os, tries } }: Stage) {
  const api = await openApi(cloud.admin);
  const json = async (...words: string[]) => JSON.parse(await os(...words, "-f", "json"));
  const log = async () => (await readFile(join(cloud.state, "crunch.log"), "utf8")).split("\n").filter(Boolean);
  return {
    ...{ api, controller, front, os, json, tries },
    /** A domain with these people. */
    async domain(name: string, config: object) {
      const { id } = await json("domain", "create", name);
      await api.must("identity", "PUT", `/domains/${id}/config`, config);
    },
    /** The words with which somebody from the directory uses the client. */
    as: (user: string, password: string, domain = "corp") => [
      ...["--os-username", user, "--os-password", password, "--os-user-domain-name", domain],
      ...["--os-project-name", "sales"],
    ],
    /** What the operator is told. */
    told: (message: string, of: string, seconds = 10) =>
      until(`${message}: ${of}`, seconds, log, (lines) =>
        lines.some((one) => one.includes(message) && one.includes(of)),
      ),
    /** What the operator's own command finds out. */
    async look(domain: string) {
      const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
      const words = ["--no-warnings", main, "identity", "directory", "test", domain];
      return run(process.execPath, words, { env: { CRUNCH_STATE: cloud.state }, mayFail: true });
    },
  };
}

/** The client's words when it is refused. */
export async function refused({ tries }: Pick<Play, "tries">, ...words: string[]): Promise<string> {
  const { code, out, err } = await tries(words);
  assert.notEqual(code, 0, `openstack ${words.join(" ")} was answered: ${out}`);
  return `${out}${err}`;
}
