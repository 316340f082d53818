import type { TestCloud } from "#test/cloud.ts";
import { must } from "./furniture.ts";

/** One of everything in Identity, most of it in a domain and of a user of its own; the ids by the word that precedes them in a path. */
export async function furnishIdentity(cloud: TestCloud): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  const make = async (kind: string, path: string, fields: object, as = "admin") => {
    const { [kind]: it } = await must(
      cloud,
      path.startsWith("PUT ") ? "PUT" : "POST",
      rootOf(path),
      { [kind]: fields },
      as,
    );
    return it as { id: string; [key: string]: string };
  };
  const add = async (word: string, ...what: Parameters<typeof make>) => {
    const { id } = await make(...what);
    ids.set(word, id);
    return id;
  };
  const domain_id = await add("domains", "domain", "/domains", { name: "theirs" });
  const project_id = await add("projects", "project", "/projects", { name: "theirs", domain_id });
  const password = "a word of theirs";
  const user_id = await add("users", "user", "/users", { name: "owner", domain_id, password });
  const other = (await make("user", "/users", { name: "other", domain_id, password })).id;
  await add("groups", "group", "/groups", { name: "theirs", domain_id });
  const role = await add("roles", "role", "/roles", { name: "sweeper" });
  ids.set("implies", (await make("role", "/roles", { name: "polisher" })).id);
  await must(cloud, "PUT", `${root}/projects/${project_id}/users/${user_id}/roles/${role}`, undefined, "admin");
  const region_id = await add("regions", "region", "/regions", { id: "their-region" });
  const service_id = await add("services", "service", "/services", { type: "laundry", name: "laundry" });
  const endpoint = { service_id, region_id, interface: "public", url: "http://laundry" };
  await add("endpoints", "endpoint", "/endpoints", endpoint);
  await add("policies", "policy", "/policies", { type: "application/json", blob: "{}" });
  await add("endpoint_groups", "endpoint_group", "/OS-EP-FILTER/endpoint_groups", {
    name: "theirs",
    filters: { service_id },
  });
  const secret = { type: "totp", blob: "GEZDGNBVGY3TQOJQ", user_id };
  await add("credentials", "credential", "/credentials", secret);
  await add("consumers", "consumer", "/OS-OAUTH1/consumers", { description: "theirs" });
  const [registered] = (
    await must(
      cloud,
      "POST",
      `${root}/registered_limits`,
      { registered_limits: [{ service_id, region_id, resource_name: "shirt", default_limit: 5 }] },
      "admin",
    )
  ).registered_limits;
  ids.set("registered_limits", registered.id);
  const limit = { service_id, region_id, resource_name: "shirt", resource_limit: 3, project_id };
  const [limited] = (await must(cloud, "POST", `${root}/limits`, { limits: [limit] }, "admin")).limits;
  ids.set("limits", limited.id);
  await make("identity_provider", "PUT /OS-FEDERATION/identity_providers/theirs", { enabled: true, domain_id });
  const rules = [{ local: [{ user: { name: "{0}" } }], remote: [{ type: "OIDC-sub" }] }];
  await make("mapping", "PUT /OS-FEDERATION/mappings/theirs", { rules });
  await make("protocol", "PUT /OS-FEDERATION/identity_providers/theirs/protocols/mapped", { mapping_id: "theirs" });
  await make("service_provider", "PUT /OS-FEDERATION/service_providers/theirs", {
    auth_url: "https://sp.example/v3",
    sp_url: "https://sp.example/Shibboleth.sso/SAML2/ECP",
  });
  for (const word of ["identity_providers", "mappings", "service_providers"]) ids.set(word, "theirs");
  ids.set("protocols", "mapped");
  const owner = await login(cloud, { user_id, password, project_id });
  const rule = { service: "compute", method: "GET", path: "/v2.1/servers" };
  const credential = await make(
    "application_credential",
    `/users/${user_id}/application_credentials`,
    { name: "theirs", access_rules: [rule] },
    owner,
  );
  ids.set("application_credentials", credential.id);
  const { access_rules } = await must(cloud, "GET", `${root}/users/${user_id}/access_rules`, undefined, owner);
  ids.set("access_rules", access_rules[0].id);
  const trust = {
    trustor_user_id: user_id,
    trustee_user_id: other,
    project_id,
    impersonation: false,
    roles: [{ id: role }],
  };
  await add("trusts", "trust", "/OS-TRUST/trusts", trust, owner);
  const pair = await must(
    cloud,
    "POST",
    `${root}/users/${user_id}/credentials/OS-EC2`,
    { tenant_id: project_id },
    "admin",
  );
  ids.set("OS-EC2", pair.credential.access);
  ids.set("tags", "theirs");
  ids.set("config", "ldap");
  return ids;
}

const root = "/identity/v3";
const rootOf = (path: string) => root + path.replace("PUT ", "");

async function login(cloud: TestCloud, it: { user_id: string; password: string; project_id: string }): Promise<string> {
  const user = { id: it.user_id, password: it.password };
  const scope = { project: { id: it.project_id } };
  const body = { auth: { identity: { methods: ["password"], password: { user } }, scope } };
  const answer = await cloud.call("POST", `${root}/auth/tokens`, { as: null, body });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.headers["x-subject-token"]!;
}
