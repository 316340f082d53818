import type { Actor, Target } from "#platform/api/rules.ts";

/**
 * oslo.policy's language once more, written from its documentation and sharing nothing with the program's own: what a rule's
 * text says of somebody and something. Rules are rewritten step by step until only True or False is left.
 */
export function saysYes(texts: ReadonlyMap<string, string>, rule: string, actor: Actor, target: Target): boolean {
  const creds = credentials(actor);
  const facts = flat(target);
  const known = new Map<string, boolean>();
  const ruleHolds = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const holds = holdsText(texts.get(name) ?? "!");
    known.set(name, holds);
    return holds;
  };
  const holdsText = (text: string): boolean => {
    if (text.trim() === "") return true;
    const signs = text
      .replaceAll("(", " ( ")
      .replaceAll(")", " ) ")
      .replace(/% \( ([^ ]+) \) s/g, "%($1)s")
      .trim()
      .split(/\s+/)
      .map((word) =>
        /^(and|or|not)$/i.test(word) ? word.toLowerCase() : "()".includes(word) ? word : String(holdsOne(word)),
      );
    return reduced(` ${signs.join(" ")} `) === "true";
  };
  const holdsOne = (word: string): boolean => {
    if (word === "@" || word === "!") return word === "@";
    const at = word.indexOf(":", word.startsWith("'") ? word.indexOf("'", 1) : 0);
    const [kind, match] = [word.slice(0, at), word.slice(at + 1)];
    if (kind === "rule") return ruleHolds(match);
    if (kind === "role") return creds.roles.includes(match.toLowerCase());
    const wanted = match.startsWith("%(") ? facts.get(match.slice(2, -2)) : match;
    if (wanted === undefined) return false;
    if (kind.startsWith("'")) return kind.slice(1, -1) === wanted;
    if (["None", "True", "False"].includes(kind)) return kind === wanted;
    // what a token does not say is None, against a word: a token of a project has domain_id:None
    const said = creds.words.get(kind) ?? (match.startsWith("%(") ? undefined : "None");
    return said === wanted;
  };
  return ruleHolds(rule);
}

/** Innermost brackets first, then not, and, or. */
function reduced(text: string): string {
  for (let before = ""; before !== text; ) {
    before = text;
    text = text
      .replace(/ \( (true|false) \) /, " $1 ")
      .replace(/ not true /, " false ")
      .replace(/ not false /, " true ");
    if (text !== before) continue;
    text = text.replace(/ (true|false) and (true|false) /, (_, a, b) => ` ${a === "true" && b === "true"} `);
    if (text !== before) continue;
    // an or goes only where no and stands beside it any more
    text = text.replace(
      /(?<! and)( (?:true|false)) or (true|false) (?!and )/,
      (_, a, b) => ` ${a === " true" || b === "true"} `,
    );
  }
  return text.trim();
}

const brings: Readonly<Record<string, readonly string[]>> = {
  admin: ["manager", "member", "reader"],
  manager: ["member", "reader"],
  member: ["reader"],
};

function credentials(actor: Actor) {
  const { userId, userDomainId, projectId, projectDomainId, domainId, system } = actor;
  const words = Object.entries({
    user_id: userId,
    user_domain_id: userDomainId,
    project_id: projectId,
    tenant_id: projectId,
    project_domain_id: projectDomainId,
    domain_id: domainId,
    system_scope: system ? "all" : undefined,
  }).filter(([, value]) => value !== undefined && value !== "");
  return {
    roles: actor.roles.flatMap((role) => [role, ...(brings[role] ?? [])]),
    words: new Map(words as [string, string][]),
  };
}

/** target.user.domain_id and the like; what is absent is in no rule's favour. */
function flat(target: Target): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  const add = (name: string, value: unknown) => {
    if (value === undefined) return;
    if (value !== null && typeof value === "object") {
      if (!Array.isArray(value)) for (const [key, inner] of Object.entries(value)) add(`${name}.${snake(key)}`, inner);
    } else
      facts.set(name, value === null ? "None" : value === true ? "True" : value === false ? "False" : String(value));
  };
  for (const [key, value] of Object.entries(target)) add(snake(key), value);
  const own = facts.get("project_id");
  if (own !== undefined) facts.set("tenant_id", own);
  return facts;
}

const snake = (camel: string) => camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
