import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { Command, Option } from "commander";
import { ConfigError, configSchema } from "#platform/config/config.ts";
import { caches } from "./program/installation.ts";

enableCompileCache(caches.node);

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const whatIsVouchedFor = `
--as failed  the resource is told that the work failed, as if it had by itself: it leaves its busy word and can be deleted.
             What the steps before made stays until then (crunch doctor --leftovers says what no row wants).
--as done    no code runs at all. You vouch that all that the remaining steps would have done is done: outside (guest, disk,
             wiring), and in the resource's row, which keeps its busy word if a step that is left out was to clear it.
`;

const checkExamples = `
Examples:
  crunch policy check --service identity
  crunch policy check --rule identity:delete_user --roles manager --scope domain
  crunch policy check --route "GET /compute/v2.1/servers/{id}" --user demo --project demo --target foreign
  crunch policy check --rule identity:get_user --roles reader --target target.user.id=their-user
  crunch policy check --file policy.yaml --service image --scope system
`;

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
withConfig(
  program
    .command("operations")
    .description("durable work in motion: since when, until when, at which step, why, and what comes next"),
)
  .option("--all", "also what ended last")
  .option("--subject <id>", "of this resource only")
  .option("--json", "as JSON")
  .action(async (flags) => (await import("./program/operations.ts")).operations(flags));
onOperation("show", "every attempt of every step, with its times and reasons").action(async (id, _flags, command) =>
  (await import("./program/operations.ts")).showOperation(id, command.optsWithGlobals()),
);
onOperation("retry", "take its step again at once, with the step's whole time; a call that hangs is stopped first")
  .option("--reason <text>", "why")
  .action(async (id, _flags, command) => changeOperation("retry", id, command));
onOperation("cancel", "turn back from here and undo what was done; the resource ends as it does after a failure")
  .option("--reason <text>", "why; its users will read this")
  .action(async (id, _flags, command) => changeOperation("cancel", id, command));
onOperation("finish", "end it here by hand, without another step and without undoing anything")
  .addOption(new Option("--as <end>", "as what").choices(["done", "failed"]).makeOptionMandatory())
  .requiredOption("--reason <text>", "why; its users will read this")
  .addHelpText("after", whatIsVouchedFor)
  .action(async (id, _flags, command) => changeOperation("finish", id, command));
const policy = withConfig(
  program.command("policy").description("who may do what on which, and why; and what another policy file would change"),
);
policy
  .command("check")
  .description(
    "the rule, what it is made of, and the clause that decides; without --rule or --route: every route in a table",
  )
  .addHelpText("after", checkExamples)
  .option("--rule <name>", "of this rule: identity:delete_user")
  .option("--route <route>", 'of this route: "DELETE /identity/v3/users/{id}"')
  .option("--service <type>", "of this service's routes only")
  .option("--roles <names>", "for somebody with these roles, with commas; absent: for each of the default roles")
  .addOption(
    new Option("--scope <scope>", "on what their token is for")
      .choices(["project", "domain", "system", "none"])
      .default("project"),
  )
  .option(
    "--user <name>",
    "for this user of the running cloud, with the roles that it has there, on --project, --domain or --system",
  )
  .option("--user-domain <name>", "where that user is", "Default")
  .option("--project <name>", "on this project")
  .option("--domain <name>", "on this domain")
  .option("--system", "on the system")
  .option(
    "--target <what...>",
    "to what: own, foreign, or attributes as rules name them: project_id=… target.user.id=…; absent: own and foreign",
  )
  .option("--file <file>", "by this policy file instead of the configured one")
  .option("--json", "as JSON")
  .configureHelp({ showGlobalOptions: false })
  .action(async (_flags, command) => (await import("./program/policy.ts")).checkPolicy(command.optsWithGlobals()));
policy
  .command("diff <file>")
  .description(
    "what would change with this policy file: its rules, and which of the requests that were made lately it would answer otherwise",
  )
  .option("--json", "as JSON")
  .action(async (file, _flags, command) =>
    (await import("./program/policy.ts")).diffPolicy(file, command.optsWithGlobals()),
  );
const identity = withConfig(
  program.command("identity").description("the administrator's way back in; people and projects to try"),
);
identity
  .command("bootstrap")
  .description(
    "put back what is missing or switched off of the administrator's user, project and roles and of the catalogue; says what it did",
  )
  .option("--reset-password", "give the administrator a new password, and take its tokens back")
  .option("--password-stdin", "the same with the password that comes on standard input")
  .option("--json", "as JSON")
  .action(async (_flags, command) => (await import("./program/identity.ts")).bootstrap(command.optsWithGlobals()));
identity
  .command("sample-data")
  .description(
    "make a domain `example` with users, groups, projects and role assignments, as far as it is not there yet",
  )
  .option("--json", "as JSON")
  .action(async (_flags, command) => (await import("./program/identity.ts")).sampleData(command.optsWithGlobals()));
const directory = identity.command("directory").description("domains whose users are kept in a directory (LDAP)");
directory
  .command("test <domain>")
  .description("try its directory with the domain's options: servers, credentials, users, groups, and what is wrong")
  .option("--json", "as JSON")
  .action(async (domain, _flags, command) =>
    (await import("./program/directory.ts")).testDirectory(domain, command.optsWithGlobals()),
  );
directory
  .command("load <domain> <file>")
  .description("take a domain's options from a file as OpenStack has it: keystone.<domain>.conf")
  .option("--json", "as JSON")
  .action(async (domain, file, _flags, command) =>
    (await import("./program/directory.ts")).loadDirectory(domain, file, command.optsWithGlobals()),
  );
withConfig(
  program
    .command("image")
    .description("images for servers")
    .command("build <recipe>")
    .description(
      "turn a recipe (YAML; images/recipes has examples) into a bootable image and register it; stages that are done are kept",
    ),
)
  .option("--no-register", "only build it")
  .option("--again", "do all stages anew, with the packages of today, and register another one")
  .addOption(
    new Option("--user <name>", "whose it is, without OS_… in the environment")
      .choices(["admin", "demo"])
      .default("admin"),
  )
  .action(async (recipe, flags) => (await import("./program/image-build/build.ts")).buildImage(recipe, flags));
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

function onOperation(verb: string, says: string): Command {
  const operations = program.commands.find((c) => c.name() === "operations")!;
  return operations.command(`${verb} <id>`).description(says).configureHelp({ showGlobalOptions: true });
}

async function changeOperation(verb: "retry" | "cancel" | "finish", id: string, command: Command) {
  await (await import("./program/operations.ts")).changeOperation(verb, id, command.optsWithGlobals());
}

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
