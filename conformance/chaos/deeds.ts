import { attachments, interfaces, ownVolume, servers, turns } from "./deeds/compute.ts";
import type { Make } from "./deeds/deed.ts";
import { added, copiesNear, images, imports, located } from "./deeds/images.ts";
import { artifacts, layers } from "./deeds/kept.ts";
import { addresses, rows } from "./deeds/network.ts";
import { growth, snapshots, volumes } from "./deeds/volumes.ts";

/** Pairs that go through every saga there is. */
export const makePairs: readonly Make[] = [
  servers("a server comes and goes", () => ({})),
  servers("a server comes on a volume of its own and goes", ownVolume),
  servers("a server on a volume of its own is deleted while it comes", ownVolume, "always"),
  turns(
    "a server stops and starts",
    ["compute.server.stop", { "os-stop": null }, "SHUTOFF"],
    ["compute.server.start", { "os-start": null }, "ACTIVE"],
  ),
  turns(
    "a server is rebooted, softly and hard",
    ["compute.server.reboot", { reboot: { type: "SOFT" } }, "ACTIVE"],
    ["compute.server.reboot-hard", { reboot: { type: "HARD" } }, "ACTIVE"],
  ),
  attachments,
  interfaces,
  volumes,
  growth,
  snapshots("a volume is frozen", false),
  snapshots("a volume in use is frozen", true),
  rows("network", "network.network.realise", () => ({})),
  rows("security_group", "network.security-group.realise", () => ({})),
  rows("router", "network.router.realise", ({ outside }) => ({ external_gateway_info: { network_id: outside } })),
  rows("port", "network.port.realise", ({ network }) => ({ network_id: network })),
  addresses,
  images,
  imports,
  copiesNear,
  added,
  located,
  artifacts,
  layers,
];
