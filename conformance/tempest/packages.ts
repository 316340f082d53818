import { run } from "../client.ts";
import type { Suite } from "./suites.ts";

/** Debian's tempest and the plugins that the suites need: installed if they are not there. */
export function installTempest(suites: readonly Suite[]): Promise<void> {
  return install("tempest", ["tempest", ...suites.flatMap((s) => s.plugins)]);
}

/** Debian's packages that something needs: installed if they are not there. */
export async function install(what: string, wanted: readonly string[]): Promise<void> {
  const missing = [];
  for (const name of wanted) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  const how = `apt-get install --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0) throw new Error(`${what} is missing, and only root can install it:\n  ${how}`);
  console.error(`installing: ${how}`);
  if (!(await apt("install", missing)) && !((await apt("update")) && (await apt("install", missing))))
    throw new Error(`apt-get could not install ${missing.join(" ")}`);
}

async function isInstalled(name: string): Promise<boolean> {
  const { out } = await run("dpkg", ["-s", name], { mayFail: true });
  return /^Status: .* ok installed$/m.test(out);
}

async function apt(verb: "update" | "install", names: readonly string[] = []): Promise<boolean> {
  const patient = ["-q", "-o", "DPkg::Lock::Timeout=300"];
  const words = verb === "install" ? [verb, "-y", "--no-install-recommends", ...names] : [verb];
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const { code, err } = await run("apt-get", [...patient, ...words], { env, mayFail: true, seconds: 900 });
  if (code !== 0) console.error(err);
  return code === 0;
}
