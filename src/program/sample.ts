import type { Ask } from "./seed.ts";

const domain = { name: "example", description: "A domain for trying: crunch identity sample-data" };
/** Each with the project that it is below. */
const projects = { web: null, "web-staging": "web", data: null } as const;
const groups = ["developers", "operators"] as const;
/** Each with the groups that it is in. */
const users = { alice: ["operators"], bob: ["developers"], carol: ["developers", "operators"], dave: [] } as const;
/** Who has which role where; no project: on the domain. */
const grants = [
  ["users", "alice", "manager", null],
  ["groups", "operators", "manager", "web"],
  ["groups", "operators", "manager", "web-staging"],
  ["groups", "developers", "member", "web-staging"],
  ["groups", "developers", "reader", "web"],
  ["users", "carol", "member", "data"],
  ["users", "dave", "reader", "data"],
] as const;

type Kind = "domain" | "project" | "group" | "user" | "role";

/** Makes what is missing of a domain with people, groups and projects to try things with. Returns what it has made. */
export async function makeSample(ask: Ask, password: string): Promise<readonly string[]> {
  const made: string[] = [];
  const ensure = async (kind: Kind, name: string, more: object, within: string): Promise<string> => {
    const found = await ask<Record<string, { id: string }[]>>("GET", `/identity/v3/${kind}s?name=${name}${within}`);
    const known = found[`${kind}s`]?.[0];
    if (known) return known.id;
    made.push(`${kind} ${name}`);
    const body = { [kind]: { name, ...more } };
    return (await ask<Record<string, { id: string }>>("POST", `/identity/v3/${kind}s`, body))[kind]!.id;
  };
  const domainId = await ensure("domain", domain.name, domain, "");
  const within = `&domain_id=${domainId}`;
  const ids: Record<string, string> = { "": domainId };
  for (const [name, below] of Object.entries(projects)) {
    const parent = below ? { parent_id: ids[below] } : {};
    ids[name] = await ensure("project", name, { domain_id: domainId, ...parent }, within);
  }
  for (const name of groups) ids[name] = await ensure("group", name, { domain_id: domainId }, within);
  for (const [name, memberships] of Object.entries(users)) {
    ids[name] = await ensure("user", name, { domain_id: domainId, password }, within);
    for (const group of memberships) await ask("PUT", `/identity/v3/groups/${ids[group]}/users/${ids[name]}`);
  }
  for (const [kind, who, role, project] of grants) {
    const where = project ? `projects/${ids[project]}` : `domains/${domainId}`;
    const { roles } = await ask<{ roles: { id: string }[] }>("GET", `/identity/v3/roles?name=${role}`);
    await ask("PUT", `/identity/v3/${where}/${kind}/${ids[who]}/roles/${roles[0]!.id}`);
  }
  return made;
}
