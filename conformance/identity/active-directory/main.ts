// Users of an Active Directory through the cloud: a domain controller (Debian's samba) is provisioned, filled and served, behind a
// front with the limits of one of Windows, and a cloud of this run's own has its domains there. All in namespaces of its own.
// node conformance/identity/active-directory/main.ts: needs root; installs samba and python3-openstackclient.
import { spawn } from "node:child_process";
import { type OwnCloud, startCloud } from "../../tempest/cloud.ts";
import { install } from "../../tempest/packages.ts";
import { openClient } from "../client.ts";
import { type Controller, INNER, makeRoom, OUTER, plantForest, trust } from "./forest.ts";
import { play } from "./play.ts";
import { type Front, frontOfWindows } from "./windows.ts";

const inside = "CRUNCH_ACTIVE_DIRECTORY";
const packages = [
  ...["samba", "samba-ad-dc", "samba-ad-provision", "samba-dsdb-modules", "samba-vfs-modules", "python3-samba"],
  ...["winbind", "python3-openstackclient", "ca-certificates", "iproute2"],
];
const began = Date.now();
const say = (text: string) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);

/** The same in namespaces of its own: nothing of it is seen or left outside. */
async function apart(): Promise<number> {
  await install("Active Directory's domain controller", packages);
  const alone = ["--net", "--mount", "--uts", "--pid", "--fork", "--mount-proc", "--kill-child"];
  const words = [...alone, "--", process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn("unshare", words, { stdio: "inherit", env: { ...process.env, [inside]: "yes" } });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((then) => child.once("exit", (code) => then(code ?? 1)));
}

async function all(): Promise<number> {
  await makeRoom();
  const planted = plantForest();
  planted.catch(() => {}); // told below
  const cloud = await startCloud({});
  try {
    const controller = await planted;
    say("a cloud runs, and a domain controller with a filled forest");
    return await met(cloud, controller).finally(controller.stop);
  } finally {
    await cloud.stop();
  }
}

async function met(cloud: OwnCloud, controller: Controller): Promise<number> {
  await trust("/usr/local/share/ca-certificates", "corp-ca.crt");
  const front: Front = await frontOfWindows({ inner: INNER, outer: OUTER, certificate: controller.certificate });
  const client = openClient(cloud.admin);
  try {
    return await play({ cloud, controller, front, client, say });
  } finally {
    client.close();
    front.stop();
  }
}

process.exit(process.env[inside] ? ((await all()) === 0 ? 0 : 1) : await apart());
