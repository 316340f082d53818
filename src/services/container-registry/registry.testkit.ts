import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { simulatedArtifacts } from "#drivers/artifact/simulated/driver.ts";
import { simulatedRegistry } from "#drivers/container-registry/simulated/driver.ts";
import { argon2 } from "#drivers/identity/argon2/driver.ts";
import { ldapDirectories } from "#drivers/identity/ldap/driver.ts";
import { openid } from "#drivers/identity/openid/driver.ts";
import { providersOf } from "#drivers/identity/openid/settings.ts";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { type TestCloud, type TestOptions, testCloud } from "#test/cloud.ts";
import { artifact } from "../artifact/service.ts";
import { bootstrapIdentity } from "../identity/bootstrap.ts";
import { identity } from "../identity/service.ts";
import { image } from "../image/service.ts";
import type { RegistryBytes } from "./driver.ts";
import { ociManifest } from "./manifest/manifest.ts";
import { containerRegistry } from "./service.ts";

export const passwords = { adminPassword: "an-admin-word", demoPassword: "a-demo-word" };

/** A cloud with a registry, and what images and logins need. */
export async function registryCloud(options: TestOptions = {}, registry: RegistryBytes = simulatedRegistry()) {
  const [images, artifacts] = [simulatedImages(), simulatedArtifacts()];
  const logins = {
    ...argon2({ cheap: true }),
    directories: ldapDirectories({ refusal: 0, rest: 0 }),
    federation: openid(providersOf({})),
  };
  const cloud = await testCloud({
    services: [identity, image, artifact, containerRegistry],
    drivers: {
      identity: logins,
      image: images,
      artifact: artifacts,
      "container-registry": { ...registry, images, artifacts },
    },
    ...options,
  });
  const beginning = { ...passwords, publicUrl: "http://cloud", region: "RegionOne" };
  await bootstrapIdentity(cloud.spine.write, cloud.drivers.identity, beginning);
  return cloud;
}

export function digestOf(bytes: Buffer, algorithm = "sha256"): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

export const octets = { "content-type": "application/octet-stream" };

/** Pushes a blob at once, as demo; says its digest. */
export async function pushBlob(cloud: Pick<TestCloud, "call">, name: string, text: string | Buffer, as = "demo") {
  const body = Buffer.from(text);
  const digest = digestOf(body);
  const made = await cloud.call("POST", `/v2/${name}/blobs/uploads/?digest=${digest}`, { as, body, headers: octets });
  assert.equal(made.status, 201, made.text);
  return digest;
}

export interface Layer {
  readonly mediaType?: string;
  readonly digest: string;
  readonly size: number;
}

export function manifestOf(config: Layer, layers: readonly Layer[], more: object = {}): Buffer {
  const withType = (it: Layer) => ({ mediaType: "application/vnd.example", ...it });
  const body = { schemaVersion: 2, mediaType: ociManifest, config: withType(config), layers: layers.map(withType) };
  return Buffer.from(JSON.stringify({ ...body, ...more }, null, 3));
}

export function putManifest(
  cloud: Pick<TestCloud, "call">,
  name: string,
  reference: string,
  body: Buffer,
  { as = "demo", type = ociManifest } = {},
) {
  return cloud.call("PUT", `/v2/${name}/manifests/${reference}`, { as, body, headers: { "content-type": type } });
}

/** A whole small image of a program: one config, one layer, one tag. */
export async function pushAll(
  cloud: TestCloud,
  name: string,
  tag: string,
  text = `a layer of ${tag}`,
  more: object = {},
) {
  const config = await pushBlob(cloud, name, "{}");
  const layer = await pushBlob(cloud, name, text);
  const content = manifestOf({ digest: config, size: 2 }, [{ digest: layer, size: text.length }], more);
  const put = await putManifest(cloud, name, tag, content);
  assert.equal(put.status, 201, put.text);
  return { config, layer, content, digest: put.headers["docker-content-digest"]!, put };
}
