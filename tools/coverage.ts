// Which of an API's documented operations there is a route for: `npm run coverage -- identity [image …] [--all]`.
// The operations stand in conformance/contracts/<service>.tsv (method, path); what is left out on purpose in left-out.tsv.
import { readdir, readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { AnyService } from "#platform/service/kit.ts";

const contracts = new URL("../conformance/contracts/", import.meta.url);

interface Operation {
  readonly method: string;
  readonly path: string;
}
interface LeftOut extends Operation {
  readonly service: string;
  readonly reason: string;
}
export interface Coverage {
  readonly service: string;
  readonly all: number;
  readonly covered: number;
  readonly leftOut: readonly LeftOut[];
  readonly missing: readonly Operation[];
  /** What is said to be left out and is there, or is in no contract. */
  readonly idle: readonly LeftOut[];
}

/** A service's routes against the operations that its API is documented with. */
export async function coverageOf(service: AnyService): Promise<Coverage> {
  const operations = (await table(`${service.type}.tsv`)).map(([method = "", path = ""]) => ({ method, path }));
  const known = new Set(service.routes.flatMap(({ on }) => shapesOf(on)));
  const isKnown = (it: Operation) => known.has(shape({ ...it, path: below(service, it.path) }));
  const reasons = (await leftOut()).filter((it) => it.service === service.type);
  const reasonFor = (it: Operation) => reasons.find((r) => excuses(r, it));
  const absent = operations.filter((it) => !isKnown(it));
  return {
    service: service.type,
    all: operations.length,
    covered: operations.length - absent.length,
    leftOut: absent.flatMap((it) => {
      const why = reasonFor(it);
      return why ? [{ ...why, ...it }] : [];
    }),
    missing: absent.filter((it) => !reasonFor(it)),
    idle: reasons.filter((reason) => !absent.some((it) => excuses(reason, it))),
  };
}

/** Where there is a GET, HEAD is answered by it. */
function shapesOf(on: string): readonly string[] {
  const [method = "", path = ""] = on.split(" ");
  return (method === "GET" ? ["GET", "HEAD"] : [method]).map((one) => shape({ method: one, path }));
}

/** A documented path without the service's own version, and without the project where paths may carry it. */
function below({ root, projectInPath }: AnyService, path: string): string {
  const bare = path.replace(/^\/identity(?=\/v)/, "");
  if (bare !== root && !bare.startsWith(`${root}/`)) return bare;
  const rest = bare.slice(root.length);
  return (projectInPath ? rest.replace(/^\/\{(project|tenant)_id\}(?=\/)/, "") : rest) || "/";
}

/** GET /users/{user_id} → GET /users/{}. */
function shape({ method, path }: Operation): string {
  return `${method} ${path.replace(/\{[^}]*\}/g, "{}").replace(/(.)\/$/, "$1")}`;
}

/** A reason is one operation's; or, with * as its method or at the end of its path, several ones'. */
function excuses({ method, path }: LeftOut, it: Operation): boolean {
  const samePath = path.endsWith("*") ? it.path.startsWith(path.slice(0, -1)) : it.path === path;
  return samePath && (method === "*" || method === it.method);
}

async function leftOut(): Promise<readonly LeftOut[]> {
  const rows = await table("left-out.tsv");
  return rows.map(([service = "", method = "", path = "", reason = ""]) => ({ service, method, path, reason }));
}

async function table(name: string): Promise<readonly (readonly string[])[]> {
  const text = await readFile(new URL(name, contracts), "utf8");
  return text.split("\n").flatMap((line) => (line === "" || line.startsWith("#") ? [] : [line.split("\t")]));
}

function report({ service, all, covered, leftOut, missing, idle }: Coverage): string {
  const line = ({ method, path }: Operation) => `  ${method.padEnd(6)} ${path}`;
  return [
    `${service}: ${covered} of ${all} documented operations; ${leftOut.length} left out; ${missing.length} missing`,
    ...(leftOut.length > 0 ? ["left out:", ...leftOut.map((it) => `${line(it)}\n         ${it.reason}`)] : []),
    ...(missing.length > 0 ? ["missing:", ...missing.map(line)] : []),
    ...(idle.length > 0 ? ["left out and yet there, or in no contract:", ...idle.map(line)] : []),
  ].join("\n");
}

async function main(asked: readonly string[]) {
  const { services } = await import("#cloud");
  const described = (await readdir(contracts)).map((file) => file.replace(".tsv", ""));
  const chosen = services.filter(({ type }) =>
    asked.includes("--all") ? described.includes(type) : asked.includes(type),
  );
  if (chosen.length === 0) throw new Error(`say of which service, or --all: ${services.map((s) => s.type).join(", ")}`);
  const found = await Promise.all(chosen.map(coverageOf));
  console.log(found.map(report).join("\n\n"));
  if (found.some((it) => it.missing.length + it.idle.length > 0)) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv.slice(2));
