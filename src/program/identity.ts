import { text } from "node:stream/consumers";
import { askProgram } from "./control.ts";
import type { Bootstrapped, Sampled } from "./identity.answers.ts";
import { settings } from "./settings.ts";

interface Flags extends Readonly<Record<string, unknown>> {
  readonly resetPassword?: boolean;
  readonly passwordStdin?: boolean;
  readonly json?: boolean;
}

/** `crunch identity bootstrap`: puts back what an administrator needs. */
export async function bootstrap(flags: Flags): Promise<void> {
  const password = flags.passwordStdin ? await passwordFrom(process.stdin) : undefined;
  const given = { reset: flags.resetPassword ?? false, password };
  const it = (await askProgram(settings(flags), "/identity/bootstrap", { given })) as Bootstrapped | undefined;
  if (!it) return;
  if (flags.json) return console.log(JSON.stringify(it, null, 2));
  console.log(it.done.length === 0 ? "All was there." : it.done.map((one) => `  ${one}`).join("\n"));
  console.log(`The administrator's credentials: ${it.openrc}`);
}

/** What comes on standard input, to the end of its first line. */
export async function passwordFrom(input: NodeJS.ReadableStream): Promise<string> {
  const [line = ""] = (await text(input as NodeJS.ReadStream)).split(/\r?\n/);
  if (line === "") throw new Error("no password came on standard input");
  return line;
}

/** `crunch identity sample-data`: a domain to try things with. */
export async function sampleData(flags: Flags): Promise<void> {
  const it = (await askProgram(settings(flags), "/identity/sample-data", {})) as Sampled | undefined;
  if (!it) return;
  if (flags.json) return console.log(JSON.stringify(it, null, 2));
  console.log(it.made.length === 0 ? "All was there." : `Made: ${it.made.join(", ")}`);
  if (it.made.some((one) => one.startsWith("user ")))
    console.log(`The password of the users that were made, shown this once: ${it.password}`);
  console.log("They are in the domain example: openstack role assignment list --names --domain example");
}
