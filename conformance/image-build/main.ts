// Images from recipes, whole: built with a kill in each stage, registered into a cloud on real parts, booted, and used as their
// users would, by the unmodified client; the VPN gateway by somebody in another network namespace. Leaves nothing behind.
// `--short`: only the mini image, which takes a minute.
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { until } from "../until.ts";
import { build, buildWithKills, type Kill, namesIn, register, type Say } from "./building.ts";
import { atCloud, type Cloud, dropPlace, home, makePlace, type Place, startCloud, writeRecipe } from "./place.ts";
import { addAddress, consoleSays, create, inGuest, prepare, removeAll } from "./servers.ts";
import { useGateway } from "./vpn.ts";

const mini = `
name: small
base: mini
files: [{path: /opt/a folder/note, content: "made by a recipe\\n", mode: "0640"}]
first_boot: [cat "/opt/a folder/note", "echo first boot of $(hostname)"]
`;
const debian = `
name: web
base: debian
packages: [hello]
files: [{path: /bin/web, content: "#!/bin/sh\\nhello\\n", mode: "0755"}]
run:
  - echo built > /etc/built
  - if [ -e FOLDER ] || [ -n "$CRUNCH_STATE" ]; then echo "the host is seen" && exit 1; fi
  - if ls /dev/[vs]d* /dev/loop* || mount -t tmpfs none /mnt; then echo "the host is reached" && exit 1; fi
first_boot: ["echo first boot of $(hostname)", date > /var/lib/first-boot]
properties: {os_distro: debian}
`;

const miniKills: Kill[] = [
  ["disk", "making the root"],
  ["image", ""],
];
const debianKills: Kill[] = [
  ["base", "I: Unpacking"],
  ["packages", "Unpacking hello"],
  ["files and commands", ""],
  ["disk", ""],
  ["image", ""],
];

const began = Date.now();
let steps = 0;
const say: Say = (text) => {
  steps += 1;
  console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);
};

async function story(place: Place, short: boolean) {
  const recipes = {
    mini: await writeRecipe(place, "small", mini),
    debian: await writeRecipe(place, "web", debian.replace("FOLDER", place.folder)),
    gateway: `${home}images/recipes/vpn-gateway.yaml`,
  };
  await buildWithKills(place, recipes.mini, miniKills, say);
  if (!short) {
    await buildWithKills(place, recipes.debian, debianKills, say);
    await build(place, recipes.gateway, say);
    await noSecrets(place);
  }
  const cloud = await startCloud(place);
  say("a cloud is up");
  const key = await prepare(cloud, place);
  const small = await register(place, recipes.mini);
  await (short ? bootSmall(cloud, key, small) : bootAll(place, cloud, key, { ...recipes, small }));
  await removeAll(cloud);
  say("everything is deleted, and nothing is left over");
}

async function bootSmall(cloud: Cloud, key: string, image: string) {
  await create(cloud, "inner", image, "m1.tiny", "--security-group", "door");
  await seesFirstBoot(cloud);
  await sshIn(key, "cirros", await addAddress(cloud, "inner"), 'stat -c %a:%U "/opt/a folder/note"', /^640:root$/);
  say("the mini image was booted: its first-boot command, its file and ssh were seen");
}

async function seesFirstBoot(cloud: Cloud) {
  const text = await consoleSays(cloud, "inner", /^CLOUDINIT-DONE/m, 300);
  assert.match(text, /^made by a recipe$/m);
  assert.match(text, /^first boot of inner/m);
}

async function bootAll(
  place: Place,
  cloud: Cloud,
  key: string,
  its: { debian: string; gateway: string; small: string },
) {
  const web = await register(place, its.debian);
  const gateway = await register(place, its.gateway);
  await create(cloud, "web", web, "m1.small", "--security-group", "door");
  await create(cloud, "gateway", gateway, "m1.small", "--security-group", "door");
  await create(cloud, "inner", its.small, "m1.tiny");
  say("servers are ACTIVE");
  await seesFirstBoot(cloud);
  await consoleSays(cloud, "web", /first boot of web/, 900);
  const address = await addAddress(cloud, "web");
  const look =
    "cat /etc/built && web && cat /var/lib/first-boot && cloud-init status --wait && df --output=size -BG / && ls -ld /bin /tmp";
  const seen = await sshIn(key, "debian", address, look, /status: done/);
  assert.match(
    seen,
    /^built\nHello, world!\n.*20\d\d\n/,
    "the file, the command and the package of the recipe, and its first boot",
  );
  assert.match(seen, /\n +(1[89]|20)G\n/, "the root has grown to the flavor's disk");
  assert.match(
    seen,
    /^lrwxrwxrwx.* \/bin -> usr\/bin\ndrwxrwxrwt/m,
    "folders that the recipe's files lie in are as they were",
  );
  say("Debian was booted: its first-boot command was seen on the console, and ssh lets the key in");
  await cloud.os("server", "delete", "--wait", "web");
  const outside = await addAddress(cloud, "gateway");
  const { addresses } = await cloud.json("server", "show", "inner");
  await useGateway(place, cloud, key, addresses.private[0], outside, say);
}

async function sshIn(key: string, user: string, address: string, command: string, wanted: RegExp): Promise<string> {
  const ask = () => inGuest(key, user, address, command, atCloud);
  const { out } = await until(`${user}@${address} answers ${wanted}`, 300, ask, ({ out: text }) =>
    wanted.test(text.trim()),
  );
  return out;
}

async function noSecrets(place: Place) {
  const image = /^vpn-gateway-[0-9a-f]{16}\.qcow2$/;
  assert.deepEqual(await namesIn(place, image, "/etc/wireguard"), []);
  assert.deepEqual(await namesIn(place, image, "/var/lib/vpn-gateway"), []);
  const ssh = await namesIn(place, image, "/etc/ssh");
  assert.ok(ssh.includes("sshd_config") && !ssh.some((name) => name.startsWith("ssh_host_")), String(ssh));
  say("the gateway's image has no key in it");
}

const { values } = parseArgs({ options: { short: { type: "boolean", default: false } } });
const place = await makePlace();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end(new Error(`stopped by ${signal}`)));
await story(place, values.short).then(() => end(), end);

async function end(why?: Error): Promise<never> {
  if (why) console.error(why.stack);
  const left = await dropPlace(place);
  for (const it of left) console.error(`left behind: ${it}`);
  const failed = why || left.length > 0 ? 1 : 0;
  console.log(`${steps} passed, ${failed} failed`);
  process.exit(failed);
}
