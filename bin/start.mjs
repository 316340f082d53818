// Brings what is needed and then runs the program. Plain JavaScript for whatever Node is there (20 or newer): the program
// itself runs on the Node that npm installs as a dependency.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeEnvironment, nodeOptions } from "./node.mjs";

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const node = join(home, "node_modules", ".bin", "node");
const scripts = {
  test: [["--no-warnings", "--test", "--test-isolation=none", "src/**/*.test.ts", "test/**/*.test.ts"]],
  laws: [["--no-warnings", "--test", "--test-isolation=none", "test/laws/*.test.ts"]],
  check: [
    [join(home, "node_modules/typescript7/bin/tsc"), "--noEmit"],
    [join(home, "node_modules/@biomejs/biome/bin/biome"), "check", "."],
    [
      join(home, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs"),
      "--config",
      ".dependency-cruiser.cjs",
      "src",
      "test",
    ],
    [
      "--no-warnings",
      "--test",
      "--test-isolation=none",
      "test/laws/{routes,versions,graph,loops,secrets,docs}.test.ts",
      "src/platform/**/*.test.ts",
    ],
  ],
};

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(`crunch: ${text}`);
  process.exit(1);
}

function npmPackages(mayInstall) {
  const [lock, mark] = [join(home, "package-lock.json"), join(home, "node_modules", ".package-lock.json")];
  if (existsSync(node) && existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs - 2000) return;
  if (!mayInstall) fail("npm packages are missing or old; run `npm install` (or start without --no-install)");
  say("Installing npm packages (Fastify, Kysely, pg, Node 24 …)");
  const env = { ...process.env, npm_config_loglevel: "error" };
  const done = spawnSync(
    "npm",
    ["install", "--no-save", "--no-fund", "--no-audit", "--include=dev", "--include=optional"],
    {
      cwd: home,
      stdio: ["ignore", 2, 2],
      env,
    },
  );
  if (done.status !== 0) fail("npm install failed; its reason stands above");
}

/** The Debian packages that a cloud of real parts needs; a simulated one needs none. Says whether it installed any. */
function debianPackages(mayInstall) {
  const wanted = JSON.parse(readFileSync(join(home, "src/program/packages.json"), "utf8"));
  const missing = wanted.filter(({ file }) => !existsSync(file) && !existsSync(file.replace(/^\//, "/usr/")));
  if (missing.length === 0) return false;
  const list = missing.map((m) => m.package).join(" ");
  say(`This host lacks what real servers need:`);
  for (const { package: name, why } of missing) say(`  ${name.padEnd(22)} ${why}`);
  const how = `apt-get install ${list}`;
  if (!mayInstall)
    fail(
      `not installing (--no-install). Run as root:\n  ${how}\nor start a cloud with no metal: npm start -- --simulated`,
    );
  if (process.getuid?.() !== 0)
    fail(
      `only root can install packages. Run as root:\n  ${how}\nor start a cloud with no metal: npm start -- --simulated`,
    );
  if (!existsSync("/usr/bin/apt-get"))
    fail(`there is no apt-get here; install what these Debian packages hold: ${list}`);
  say(`Installing them: ${how}`);
  install(missing.map((m) => m.package));
  return true;
}

function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const apt = (...words) =>
    spawnSync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...words], { stdio: ["ignore", 2, 2], env }).status ===
    0;
  for (let tries = 1; tries <= 3; tries += 1)
    if (apt("update") && apt("install", "-y", "--no-install-recommends", ...packages)) return;
  fail("apt-get could not install the packages; its reason stands above");
}

/** The database's initialised folder and the compiled program: once for each installation. */
function prepare(changed) {
  if (!changed && existsSync(join(home, "node_modules/.cache/crunch/postgres"))) return;
  say("Preparing the first start (an empty database to copy, the program compiled)");
  const done = spawnSync(node, [...nodeOptions, join(home, "src/program/prepare.ts")], { stdio: ["ignore", 2, 2] });
  if (done.status !== 0) say("crunch: that did not work; the first start does it itself");
}

function runAll(commands) {
  for (const command of commands) {
    const done = spawnSync(node, command, { cwd: home, stdio: "inherit" });
    if (done.status !== 0) process.exit(done.status ?? 1);
  }
}

function runProgram(words) {
  const [options, env] = [[...nodeOptions, join(home, "src", "main.ts"), ...words], nodeEnvironment(process.env)];
  if (process.execve) process.execve(node, [node, ...options], env); // this process becomes the program, where Node can do that
  const child = spawn(node, options, { stdio: "inherit", env });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal === "SIGHUP" ? "SIGTERM" : signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) fail(`Node ${process.versions.node} is too old; Node 20 or newer is needed to begin with`);
const mayInstall = !args.includes("--no-install") && !/^(1|true|yes)$/i.test(process.env.CRUNCH_NO_INSTALL ?? "");
npmPackages(mayInstall);
const rest = args.filter((a) => a !== "--no-install" && a !== "--install-only");
if (rest[0] === "--run") runAll(scripts[rest[1]] ?? fail(`there is no script ${rest[1]}`));
else {
  const words = rest[0] === "--" ? rest.slice(1) : rest;
  // A word may be an option's value ("--hosts 10"): only what is no start of a cloud is named here.
  const others = ["down", "status", "operations", "policy", "identity", "image", "doctor", "reset", "openrc"];
  const command = words.find((w) => others.includes(w)) ?? "up";
  const simulated = words.includes("--simulated") || /^(1|true|yes)$/i.test(process.env.CRUNCH_SIMULATED ?? "");
  const help = words.some((w) => ["--help", "-h", "--version", "help"].includes(w));
  const changed = command === "up" && !simulated && !help && debianPackages(mayInstall);
  if (command === "up" && !help && mayInstall) prepare(changed);
  if (args.includes("--install-only")) process.exit(0);
  runProgram(rest[0] === "--" ? words : words.includes("up") || help ? words : ["up", ...words]);
}
