// Writes docs/api from the services' own tables: `npm run docs`. A law compares the pages with a fresh generation.
import { mkdir, writeFile } from "node:fs/promises";
import { services } from "#cloud";
import { rangeOf } from "#platform/api/negotiate.ts";
import { baseRules } from "#platform/api/rules.ts";
import type { AnyRoute, AnyService } from "#platform/service/kit.ts";

/** Every page by its file name. */
export function pages(): Map<string, string> {
  return new Map([...services.map((s) => [`${s.type}.md`, page(s)] as const), ["README.md", index()]]);
}

function index(): string {
  const rows = services.map((s) => {
    const { min, max } = rangeOf(s);
    const paths = s.mounts.map((m) => `\`${m || "/"}${m ? s.root : s.root.slice(1)}\``).join(", ");
    return `| [${s.type}](${s.type}.md) | ${paths} | ${s.versionHeader ? `${min} – ${max}` : max} | ${s.routes.length} | ${s.sagas.length} | ${s.loops.length} |`;
  });
  return `# The API

Written by \`npm run docs\` from the tables that the program runs on.

| service | path | versions | routes | sagas | loops |
|---|---|---|---|---|---|
${rows.join("\n")}
`;
}

function page(s: AnyService): string {
  const routes = (s.routes as readonly AnyRoute[]).map(row).join("\n");
  const rules = rulesOf(s)
    .map(({ name, check }) => `| \`${name}\` | \`${check || '""'}\` |`)
    .join("\n");
  const sagas = s.sagas
    .map((g) => `| \`${g.name}\` | ${g.steps.map((t) => `${t.name} (${t.within} s)`).join(" → ")} |`)
    .join("\n");
  const loops = s.loops.map((l) => `| \`${l.name}\` | ${l.every} s |`).join("\n");
  const versions = Object.entries(s.versions)
    .map(([v, says]) => `| ${v} | ${says} |`)
    .join("\n");
  return [
    `# ${s.type}\n\nBelow \`${s.mounts[0]}${s.root}\`. Written by \`npm run docs\`.`,
    `## Routes\n\n| | rule | versions | what |\n|---|---|---|---|\n${routes}`,
    ...(rules
      ? [
          `## Policy\n\nWhat a policy file may override, and what it is by default.\n\n| rule | check |\n|---|---|\n${rules}`,
        ]
      : []),
    ...(sagas ? [`## Durable work\n\n| saga | steps, each with its deadline |\n|---|---|\n${sagas}`] : []),
    ...(loops ? [`## Loops\n\n| loop | every |\n|---|---|\n${loops}`] : []),
    ...(s.versionHeader ? [`## Versions\n\n| version | what it brought |\n|---|---|\n${versions}`] : []),
  ]
    .join("\n\n")
    .concat("\n");
}

/** The rules that its routes ask about, each once; the first service has those besides that they are all made of. */
function rulesOf(s: AnyService): readonly { name: string; check: string }[] {
  const own = s.routes.map(({ rule }) => rule).filter(({ name }) => name !== "open" && name !== "any_token");
  const base = s === services[0] ? Object.entries(baseRules).map(([name, check]) => ({ name, check })) : [];
  return [...new Map([...base, ...own].map((rule) => [rule.name, rule])).values()];
}

function row({ on, key, rule, since, until }: AnyRoute): string {
  const range = since || until ? `${since ?? ""}–${until ?? ""}` : "";
  return `| \`${on}${key ? ` {${key}}` : ""}\` | \`${rule.name}\` | ${range} | ${rule.says} |`;
}

if (import.meta.main) {
  const folder = new URL("../docs/api/", import.meta.url);
  await mkdir(folder, { recursive: true });
  for (const [name, text] of pages()) await writeFile(new URL(name, folder), text);
}
