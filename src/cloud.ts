import { join } from "node:path";
import { simulatedArtifacts } from "#drivers/artifact/simulated/driver.ts";
import { artifactStores } from "#drivers/artifact/stores/driver.ts";
import { configuredCeph } from "#drivers/block-storage/ceph/configured.ts";
import type { CephVolumes } from "#drivers/block-storage/ceph/driver.ts";
import { type FileVolumes, fileVolumes } from "#drivers/block-storage/file/driver.ts";
import { simulatedBlockStorage } from "#drivers/block-storage/simulated/driver.ts";
import { qemuCompute } from "#drivers/compute/qemu/driver.ts";
import { simulatedCompute } from "#drivers/compute/simulated/driver.ts";
import { fileRegistry } from "#drivers/container-registry/file/driver.ts";
import { simulatedRegistry } from "#drivers/container-registry/simulated/driver.ts";
import { argon2 } from "#drivers/identity/argon2/driver.ts";
import { rememberRecent } from "#drivers/identity/argon2/recent.ts";
import { type LdapOptions, ldapDirectories } from "#drivers/identity/ldap/driver.ts";
import { openid } from "#drivers/identity/openid/driver.ts";
import { providersOf } from "#drivers/identity/openid/settings.ts";
import { samlKeyOf } from "#drivers/identity/saml/settings.ts";
import { imageCache } from "#drivers/image/cache/driver.ts";
import { certificatesIn } from "#drivers/image/certificates/driver.ts";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { configuredImages } from "#drivers/image/stores/configured.ts";
import { guestsOnImages, volumesFromImages } from "#drivers/image/stores/consumers.ts";
import { webDownloads } from "#drivers/image/web/driver.ts";
import { downloadsOf } from "#drivers/image/web/settings.ts";
import { ovnNetwork } from "#drivers/network/ovn/ovn.ts";
import { simulatedNetwork } from "#drivers/network/simulated/driver.ts";
import type { Settings } from "#platform/config/config.ts";
import type { Log } from "#platform/log/log.ts";
import type { AnyService } from "#platform/service/kit.ts";
import { remembering } from "#platform/service/remember.ts";
import type { Spine } from "#platform/spine.ts";
import { type End, endAll } from "#platform/time/ending.ts";
import { artifact } from "#services/artifact/service.ts";
import { blockStorage } from "#services/block-storage/service.ts";
import { compute } from "#services/compute/service.ts";
import { containerRegistry } from "#services/container-registry/service.ts";
import { identity } from "#services/identity/service.ts";
import { image } from "#services/image/service.ts";
import type { NetworkDriver } from "#services/network/driver.ts";
import { network } from "#services/network/service.ts";
import { placement } from "#services/placement/service.ts";

/** What this cloud is made of: the only list of its services. */
export const services: readonly AnyService[] = [
  identity,
  placement,
  image,
  artifact,
  network,
  blockStorage,
  compute,
  containerRegistry,
];

export interface Simulated {
  readonly hosts: number;
  readonly cheap?: boolean;
  /** The folder of the simulated world; absent: memory. */
  readonly world?: string;
  readonly settings?: Settings;
  readonly log?: Log;
}
/** A whole cloud with no metal; given a folder, its simulated world outlives the program as a real one does, and is one with that of others that are given it. */
export function simulatedDrivers({ hosts, cheap = false, world, settings = {}, log }: Simulated) {
  const image = world ? images(join(world, "images"), settings) : simulatedImages();
  const artifact = world ? artifacts(join(world, "artifacts")) : simulatedArtifacts();
  const drivers = {
    identity: {
      ...passwords(settings, { cheap }),
      directories: ldapDirectories({ ...(cheap && { refusal: 0, rest: 0 }), ...(log && told(log)) }),
      federation: openid(providersOf(settings)),
      ...samlKeyOf(settings),
    },
    image,
    artifact,
    network: simulatedNetwork(),
    "block-storage": simulatedBlockStorage(),
    compute: simulatedCompute({ hosts }),
    "container-registry": {
      ...(world ? fileRegistry({ dir: join(world, "registry") }) : simulatedRegistry()),
      images: image,
      artifacts: artifact,
    },
  };
  if (!world) return drivers;
  const maps = ["networks", "ports", "plugged", "up", "routers", "floatingIps", "securityGroups"] as const;
  return {
    ...drivers,
    network: remembering(drivers.network, join(world, "network.db"), maps),
    "block-storage": remembering(drivers["block-storage"], join(world, "volumes.db"), ["volumes"]),
    compute: remembering(drivers.compute, join(world, "guests.db"), ["guests"]),
  };
}

export interface Metal {
  /** The state folder. */
  readonly state: string;
  readonly host: string;
  readonly ip: string;
  /** This host's address on the external network: "172.24.4.1/24". */
  readonly external: string;
  /** What devices on the host are named with: two clouds on one host have two. */
  readonly prefix: string;
  /** An OVN that runs here already; absent: an own one. */
  readonly sockets?: { readonly northbound: string; readonly southbound: string; readonly switch: string };
  readonly log: Log;
  readonly settings?: Settings;
}

/** QEMU, OVN and files on this host. */
export function realDrivers({ state, host, ip, external, prefix, sockets, log, settings = {} }: Metal) {
  const bridges = prefix === "crunch" ? {} : { integration: `${prefix}-int`, external: `${prefix}-br` };
  const stateDir = join(state, "ovn");
  const net = ovnNetwork({ stateDir, host, log, prefix, bridges, sockets, external: { gatewayCidr: external } });
  const image = images(join(state, "images"), settings);
  const artifact = artifacts(join(state, "artifacts"));
  const guests = guestsOnImages(qemuCompute({ stateDir: join(state, "compute"), host, ip, log }), image.near);
  const volumes = volumesFromImages(storage(state, log, settings["volume-store"]), image.near);
  const drivers = {
    identity: {
      ...passwords(settings),
      directories: ldapDirectories(told(log)),
      federation: openid(providersOf(settings)),
      ...samlKeyOf(settings),
    },
    image,
    artifact,
    network: net,
    "block-storage": volumes,
    compute: guests,
    "container-registry": { ...fileRegistry({ dir: join(state, "registry") }), images: image, artifacts: artifact },
  };
  return {
    drivers,
    kind: "QEMU and OVN",
    async start(say: (text: string) => void) {
      await net.start();
      say("network is up (OVN and Open vSwitch)");
    },
    /** Lets go of guests and networks; with `everything` they end too. */
    async stop({ everything }: { everything: boolean }) {
      const running = everything ? await guests.list(host) : [];
      await endAll(log, [
        ...running.map(({ id }): End => [`guest ${id}`, () => guests.off(host, id)]),
        ["the volumes' daemons", () => everything && volumes.stopServing()],
        ["the agent", () => guests.close()],
        ["the network", () => net.stop({ everything })],
      ]);
    },
    /** Removes all guests, volumes and networks from the host, whatever any database says. */
    async wipe() {
      for (const { subject } of await guests.traces()) await guests.destroy(host, subject);
      await volumes.stopServing();
      for (const { subject } of await volumes.traces()) await volumes.delete(subject);
      await guests.close();
      await net.start().catch((err) => log.warn({ err }, "the network is taken away as far as it is there"));
      for (const { subject } of await net.traces()) await net.unplug(host, subject);
      for (const { subject } of await net.traces()) await net.dropNetwork(subject);
      await net.stop({ everything: true });
    },
  };
}

/** What operators are told of directories. */
const told = (log: Log): LdapOptions => ({
  warn: (it) => log.warn(it, "a directory could not be asked"),
  refused: (it) => log.info(it, "a directory refused a login"),
});

/** Hashes of passwords, and for a moment the knowledge that one was right. */
function passwords(settings: Settings, options?: { cheap: boolean }) {
  return rememberRecent(argon2(options), { seconds: settings["password-memory"] ?? 300 });
}

/** Volumes are files, or in a pool of Ceph. */
function storage(state: string, log: Log, store: Settings["volume-store"]): FileVolumes | CephVolumes {
  return store
    ? configuredCeph(store, { dir: join(state, "ceph"), log })
    : fileVolumes({ dir: join(state, "volumes"), log });
}

/** Artifacts are kept as images are, in a folder of their own: whatever else lies in a store is taken for a leftover. */
function artifacts(dir: string) {
  return artifactStores(configuredImages(dir, {}));
}

/** Stores of images, copies near at hand, certificates that sign them, and what is downloaded into them. */
function images(dir: string, settings: Settings) {
  const stores = configuredImages(dir, settings, webDownloads(downloadsOf(settings)));
  const folder = settings["image-certificates"];
  return {
    ...stores,
    cache: imageCache(stores, { dir: join(dir, "cache") }),
    ...(folder && { certificates: certificatesIn(folder) }),
  };
}

/** Guests ask the network's metadata address; compute knows the answers. */
export function wire({ network: driver }: { network: NetworkDriver }, spine: Spine): void {
  driver.serveMetadata((question) => spine.write((tx) => tx.needs.compute.answerMetadata(tx, question)));
}
