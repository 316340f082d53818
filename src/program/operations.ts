import { userInfo } from "node:os";
import type { Operation } from "#platform/operation/operation.ts";
import type { Listing, Story } from "#platform/operation/operations.ts";
import { allFactsOf, stepFactsOf } from "#platform/operation/view.ts";
import { type Asked, askControl } from "./control.ts";
import { endedInWords, motionInWords, storyInWords } from "./operations.view.ts";
import { controlSocket, settings } from "./settings.ts";

interface Flags extends Readonly<Record<string, unknown>> {
  readonly all?: boolean;
  readonly subject?: string;
  readonly json?: boolean;
  readonly as?: "done" | "failed";
  readonly reason?: string;
}

/** `crunch operations`: what is in motion, and with --all what ended last. */
export async function operations(flags: Flags): Promise<void> {
  const it = await ask<Listing>(flags, "/operations", { all: flags.all, subject: flags.subject });
  if (!it) return;
  const { open, count, ended } = it;
  if (flags.json) return print({ count, open: open.map(allFactsOf), ended: ended.map(allFactsOf) });
  console.log(motionInWords(open, count));
  if (flags.all) console.log(`\n${endedInWords(ended)}`);
}

/** `crunch operations show ID` */
export async function showOperation(id: string, flags: Flags): Promise<void> {
  const it = await ask<Story>(flags, "/operations/show", { id: numberOf(id) });
  if (!it) return;
  if (flags.json) return print({ ...allFactsOf(it.operation), steps: it.steps.map(stepFactsOf), plan: it.plan });
  console.log(storyInWords(it));
}

/** `crunch operations retry|cancel|finish ID` */
export async function changeOperation(verb: "retry" | "cancel" | "finish", id: string, flags: Flags): Promise<void> {
  const by = { who: whoAsks(), why: flags.reason ?? null };
  const it = await ask<Operation>(flags, `/operations/${verb}`, { id: numberOf(id), as: flags.as, ...by });
  if (!it) return;
  if (flags.json) return print(allFactsOf(it));
  console.log(`Operation ${it.id} (${it.saga} of ${it.subject}) is ${it.state}. Next: ${it.next}`);
}

async function ask<T>(flags: Flags, path: string, more: Asked): Promise<T | undefined> {
  const config = settings(flags);
  const it = (await askControl(controlSocket(config), path, more)) as T | undefined;
  if (it) return it;
  console.log(`Crunch does not run on ${config.state}. Start it with: npm start`);
  process.exitCode = 3;
  return undefined;
}

function numberOf(id: string): number {
  if (!/^\d{1,15}$/.test(id)) throw new Error(`"${id}" is no number of an operation; crunch operations lists them`);
  return Number(id);
}

/** The Unix user, and who it was before sudo. */
function whoAsks(): string {
  const { SUDO_USER: before } = process.env;
  const now = userName();
  return before && before !== now ? `${before} (as ${now})` : now;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}

function print(it: object): void {
  console.log(JSON.stringify(it, null, 2));
}
