import { readFile } from "node:fs/promises";
import type { Look } from "#services/identity/driver.ts";
import { askProgram } from "./control.ts";
import type { Loaded } from "./directory.answers.ts";
import { settings } from "./settings.ts";

type Flags = Readonly<Record<string, unknown>> & { readonly json?: boolean };

/** `crunch identity directory test`: tries a domain's directory, and says what is there and what is wrong. */
export async function testDirectory(domain: string, flags: Flags): Promise<void> {
  const it = (await askProgram(settings(flags), "/identity/directory/test", { given: { domain } })) as Look | undefined;
  if (!it) return;
  console.log(flags.json ? JSON.stringify(it, null, 2) : sayLook(it));
  if (troubles(it).length > 0) process.exitCode = 1;
}

/** `crunch identity directory load`: takes a keystone.<domain>.conf. */
export async function loadDirectory(domain: string, file: string, flags: Flags): Promise<void> {
  const given = { domain, text: await readFile(file, "utf8") };
  const it = (await askProgram(settings(flags), "/identity/directory/load", { given })) as Loaded | undefined;
  if (!it) return;
  if (flags.json) return console.log(JSON.stringify(it, null, 2));
  console.log(`Taken: ${it.taken.join(", ")}`);
  if (it.left.length > 0) console.log(`Left out, for no domain can set them: ${it.left.join(", ")}`);
}

export function sayLook({ servers, users, groups }: Look): string {
  const found = (what: string, { count, first, trouble }: Look["users"]) => [
    `${what}: ${trouble ?? count}`,
    ...(trouble === null && count > 0 ? [`  ${first.join(", ")}${count > first.length ? " …" : ""}`] : []),
  ];
  return [
    ...servers.map(({ url, trouble }) => `${url}: ${trouble ?? "answers, and takes the credentials"}`),
    ...found("users", users),
    ...found("groups", groups),
    ...hints({ users, groups }).map((one) => `  ${one}`),
  ].join("\n");
}

/** What is the matter most often, when nothing fails and nothing is found. */
function hints({ users, groups }: Pick<Look, "users" | "groups">): readonly string[] {
  const empty = (it: Look["users"]) => it.trouble === null && it.count === 0;
  const ask = (kind: string) =>
    `no ${kind}s: look at ${kind}_tree_dn, ${kind}_objectclass, ${kind}_filter, ${kind}_id_attribute, ${kind}_name_attribute, and at query_scope (one, or sub)`;
  return [...(empty(users) ? [ask("user")] : []), ...(empty(groups) ? [ask("group")] : [])];
}

function troubles({ servers, users, groups }: Look): readonly string[] {
  return [...servers, users, groups].map(({ trouble }) => trouble).filter((it) => it !== null);
}
