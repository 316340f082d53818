import { argon2 } from "#drivers/identity/argon2/driver.ts";
import { ldapDirectories } from "#drivers/identity/ldap/driver.ts";
import type { Settings } from "#platform/config/config.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { bootstrapIdentity } from "./bootstrap.ts";
import { identity } from "./service.ts";

export const beginning = {
  adminPassword: "the admin's",
  demoPassword: "the demo's",
  publicUrl: "http://cloud.example:5000",
  region: "RegionOne",
};
export const driver = { ...argon2({ cheap: true }), directories: ldapDirectories({ refusal: 0, rest: 0 }) };

/** A cloud of identity alone that has begun: with its users, roles and catalogue. */
export async function begun(settings: Settings = {}) {
  const cloud = await testCloud({ services: [identity], drivers: { identity: driver }, settings });
  await bootstrapIdentity(cloud.spine.write, driver, beginning);
  return { cloud, ...doing(cloud) };
}

export const onProject = (name: string) => ({ project: { name, domain: { id: "default" } } });
export const passwords: Readonly<Record<string, string>> = {
  admin: beginning.adminPassword,
  demo: beginning.demoPassword,
};

function doing(cloud: TestCloud) {
  const login = (
    name: string,
    scope?: unknown,
    password = passwords[name] ?? "secret",
    domain: object = { id: "default" },
  ) =>
    cloud.call("POST", "/v3/auth/tokens", {
      as: null,
      body: { auth: { identity: { methods: ["password"], password: { user: { name, domain, password } } }, scope } },
    });
  const tokenOf = async (...how: Parameters<typeof login>) =>
    (await login(...how)).headers["x-subject-token"] as string;
  const made = async (kind: string, fields: object) => {
    const path = `/v3/${kind}s`;
    const { status, body, text } = await cloud.call("POST", path, { body: { [kind]: fields } });
    if (status !== 201) throw new Error(`${path}: ${status} ${text}`);
    return body[kind];
  };
  const named = async (kind: string, name: string) =>
    (await cloud.call("GET", `/v3/${kind}s?name=${name}`)).body[`${kind}s`][0].id as string;
  const works = async (token: string) => (await cloud.call("GET", "/v3/auth/projects", { as: token })).status === 200;
  return { login, tokenOf, made, named, works };
}
