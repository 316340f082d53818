import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { ConfigError, configSchema } from "#platform/config/config.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("crunch")
  .description("A whole cloud in one program: OpenStack's APIs on QEMU, OVN and PostgreSQL.")
  .version(version)
  .showHelpAfterError("(crunch --help says what there is)");

withConfig(
  program.command("up", { isDefault: true }).description("start the cloud in the foreground; guests outlive it"),
).action(async (flags) => (await import("./program/up.ts")).up(flags));
withConfig(program.command("down").description("stop the program; with --all also guests and network daemons"))
  .option("--all", "power the guests off and stop the network daemons too")
  .action(async (flags) => (await import("./program/down.ts")).down(flags));
withConfig(program.command("status").description("what runs, where, and what is in motion"))
  .option("--json", "as JSON")
  .action(async (flags) => (await import("./program/status.ts")).status(flags));
withConfig(program.command("doctor").description("look at this host, and say what each missing thing costs"))
  .option("--leftovers", "what lies about outside of the database that no row wants; exit 1 if anything does")
  .option("--json", "as JSON")
  .action(async (flags) => (await import("./program/doctor.ts")).doctor(flags));
withConfig(
  program
    .command("reset")
    .description("remove guests, networks, volumes, images and the database: everything in the state folder"),
)
  .option("--yes", "do not ask")
  .action(async (flags) => (await import("./program/reset.ts")).reset(flags));
withConfig(program.command("openrc").description("print the credentials as shell exports: eval $(crunch openrc)"))
  .addOption(new Option("--user <name>", "whose").choices(["admin", "demo"]).default("admin"))
  .action(async (flags) => (await import("./program/openrc.ts")).printOpenrc(flags));

/** Every key of the configuration is a flag of every command. */
function withConfig(command: Command): Command {
  command.option("--config <file>", "YAML file with these settings (CRUNCH_CONFIG)");
  for (const [key, schema] of Object.entries(configSchema.properties)) {
    const { type, description } = schema as { type?: string; description?: string };
    const env = `CRUNCH_${key.toUpperCase().replaceAll("-", "_")}`;
    command.option(type === "boolean" ? `--${key}` : `--${key} <value>`, `${description} (${env})`);
  }
  return command;
}

try {
  await program.parseAsync();
} catch (why) {
  if (!(why instanceof ConfigError) && process.env.CRUNCH_LOG_LEVEL === "debug") console.error(why);
  console.error(`crunch: ${(why as Error).message}`);
  process.exit(1);
}
