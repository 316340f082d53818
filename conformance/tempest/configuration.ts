import type { Api } from "./api.ts";
import type { Ground } from "./prepare.ts";

type Section = Readonly<Record<string, string | number | boolean>>;
export type Configuration = Readonly<Record<string, Section>>;

export interface Facts {
  readonly api: Api;
  readonly ground: Ground;
  /** Where an image can be downloaded from. */
  readonly web: string;
  /** How the cloud of this run locks accounts and remembers passwords; absent: as the cloud was found, so tempest's defaults. */
  readonly compliance?: Section;
  /** Whether it is this run's own cloud, which keeps images as `images` says. */
  readonly own: boolean;
}

/** How the cloud of a run locks accounts and remembers passwords: its settings, and the same in tempest's words. */
export const compliance: { readonly settings: Readonly<Record<string, string>>; readonly tempest?: Section } = {
  settings: { "lockout-failure-attempts": "3", "lockout-duration": "5", "unique-last-password-count": "2" },
  tempest: { user_lockout_failure_attempts: 3, user_lockout_duration: 5, user_unique_last_password_count: 2 },
};

/** How the cloud of a run keeps images: in two stores; what tempest downloads is on this host, and it looks at images' places. */
export const images: Readonly<Record<string, string>> = {
  "image-download-inside": "127.0.0.1",
  "image-download-ports": "any",
  "image-show-locations": "true",
  "image-stores": "[{ id: second, type: file, dir: '{state}/second' }]",
};

const patience = { build_timeout: 120, build_interval: 1 };

/** What tempest is told of the cloud: all that it asks the cloud for by itself is left to it. */
export async function configurationOf(facts: Facts): Promise<Configuration> {
  const { api } = facts;
  return {
    auth: auth(api),
    identity: { ...identity(api), ...facts.compliance },
    "identity-feature-enabled": await identityFeatures(facts),
    enforce_scope: { keystone: true, glance: true },
    service_available: available(api),
    ...compute(facts),
    image: { http_image: facts.web, image_caching_enabled: await has(api, "image", "/v2/cache"), ...patience },
    "image-feature-enabled": await imageFeatures(facts),
    ...(await network(facts)),
    validation: { run_validation: false },
    volume: { build_timeout: 120, build_interval: 1, volume_size: 1, max_microversion: "latest" },
  };
}

function auth({ admin }: Api): Section {
  return {
    use_dynamic_credentials: true,
    admin_username: admin.user,
    admin_password: admin.password,
    admin_project_name: admin.project,
    admin_domain_name: admin.domain,
    default_credentials_domain_name: admin.domain,
  };
}

function identity({ admin }: Api): Section {
  return { uri_v3: admin.authUrl, auth_version: "v3", region: admin.region, v3_endpoint_type: "public" };
}

async function identityFeatures({ api, compliance }: Facts): Promise<Section> {
  return {
    api_v2: false,
    api_v2_admin: false,
    trust: true,
    application_credentials: true,
    access_rules: true,
    external_idp: false,
    enforce_scope: true,
    security_compliance: compliance !== undefined,
    federation: await has(api, "identity", "/OS-FEDERATION/identity_providers"),
    domain_specific_drivers: await has(api, "identity", "/domains/default/config/ldap/default"),
  };
}

async function has(api: Api, type: string, path: string): Promise<boolean> {
  return (await api.call(type, "GET", path)).status < 300;
}

function available({ types }: Api): Section {
  return {
    nova: types.has("compute"),
    neutron: types.has("network"),
    glance: types.has("image"),
    cinder: types.has("block-storage") || types.has("volumev3"),
    swift: types.has("object-store"),
    horizon: false,
  };
}

function compute({ ground: { images, flavors, fixedNetwork } }: Facts): Configuration {
  return {
    compute: {
      image_ref: images[0],
      image_ref_alt: images[1],
      flavor_ref: flavors[0],
      flavor_ref_alt: flavors[1],
      fixed_network_name: fixedNetwork,
      build_timeout: 120,
      build_interval: 1,
      ready_wait: 0,
      max_microversion: "latest",
    },
  };
}

async function imageFeatures({ api, own }: Facts): Promise<Section> {
  const methods = await api.call("image", "GET", "/v2/info/import");
  return {
    import_image: true,
    os_glance_reserved: methods.status === 200,
    manage_locations: own,
  };
}

async function network({ api, ground }: Facts): Promise<Configuration> {
  const { extensions } = await api.must("network", "GET", "/v2.0/extensions");
  const aliases = extensions.map((it: { alias: string }) => it.alias) as string[];
  const { id, name } = ground.externalNetwork;
  return {
    network: {
      public_network_id: id,
      floating_network_name: name,
      project_networks_reachable: false,
      build_timeout: 120,
      build_interval: 1,
    },
    "network-feature-enabled": { ipv6: true, floating_ips: true, api_extensions: aliases.sort().join(",") },
  };
}

/** As oslo.config reads it. */
export function iniOf(configuration: Configuration): string {
  const lines = (section: Section) =>
    Object.entries(section).map(([k, v]) => `${k} = ${String(v).replaceAll("$", "$$$$")}`);
  return Object.entries(configuration)
    .map(([name, section]) => [`[${name}]`, ...lines(section), ""].join("\n"))
    .join("\n");
}
