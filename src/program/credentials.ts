import { join } from "node:path";
import type { Secrets } from "./secrets.ts";
import { writeSafely } from "./secrets.ts";

interface Login {
  readonly url: string;
  readonly region: string;
  readonly user: string;
  readonly project: string;
  readonly password: string;
}

/** Writes openrc, openrc-demo and clouds.yaml into the state folder; returns where they are. */
export async function writeCredentials(state: string, url: string, region: string, secrets: Secrets) {
  const admin = { url, region, user: "admin", project: "admin", password: secrets.adminPassword };
  const demo = { url, region, user: "demo", project: "demo", password: secrets.demoPassword };
  const paths = {
    openrc: join(state, "openrc"),
    openrcDemo: join(state, "openrc-demo"),
    clouds: join(state, "clouds.yaml"),
  };
  await writeSafely(paths.openrc, openrc(admin), 0o600);
  await writeSafely(paths.openrcDemo, openrc(demo), 0o600);
  await writeSafely(paths.clouds, cloudsYaml({ crunch: demo, "crunch-admin": admin }), 0o600);
  return paths;
}

function openrc({ url, region, user, project, password }: Login): string {
  const values = {
    OS_AUTH_URL: `${url}/identity/v3`,
    OS_IDENTITY_API_VERSION: "3",
    OS_AUTH_TYPE: "password",
    OS_USERNAME: user,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: project,
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
    OS_REGION_NAME: region,
  };
  return `${Object.entries(values)
    .map(([k, v]) => `export ${k}='${v}'`)
    .join("\n")}\n`;
}

function cloudsYaml(logins: Record<string, Login>): string {
  const one = ([name, { url, region, user, project, password }]: [string, Login]) => `  ${name}:
    auth:
      auth_url: ${url}/identity/v3
      username: ${user}
      password: '${password}'
      project_name: ${project}
      user_domain_name: Default
      project_domain_name: Default
    region_name: ${region}
    identity_api_version: 3
`;
  return `clouds:\n${Object.entries(logins).map(one).join("")}`;
}
