import type { AnyService } from "../service/kit.ts";
import { unauthorized } from "./errors.ts";
import type { AccessRule, Actor } from "./rules.ts";

/** Other names of service types, as OpenStack's service types authority has them. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  "block-storage": ["volumev3", "volumev2", "volume", "block-store"],
  "container-infrastructure-management": ["container-infrastructure", "container-infra"],
  "instance-ha": ["ha"],
  baremetal: ["bare-metal"],
  "shared-file-system": ["sharev2", "share"],
  workflow: ["workflowv2"],
};

/** Refuses what an actor's own access rules leave out; asking about a token is always allowed. */
export function admit({ accessRules }: Actor, service: AnyService, method: string, url: string): void {
  if (!accessRules) return;
  const path = url.split("?")[0]!;
  const paths = [path, ...service.mounts.filter((m) => path.startsWith(`${m}/`)).map((m) => path.slice(m.length))];
  if (service.type === "identity" && method === "GET" && paths.includes("/v3/auth/tokens")) return;
  const types = [service.type, ...(aliases[service.type] ?? [])];
  const fits = (rule: AccessRule) =>
    rule.method === method && types.includes(rule.service) && paths.some((it) => pattern(rule.path).test(it));
  if (!accessRules.some(fits)) throw unauthorized();
}

const patterns = new Map<string, RegExp>();

/** `*` and `{anything}` stand for one part of a path, `**` for any number. */
function pattern(path: string): RegExp {
  const known = patterns.get(path);
  if (known) return known;
  const text = path.replace(/\{[^}]*\}|\*\*|\*|[^{*]+|\{/g, (part) => {
    if (part === "**") return ".*";
    return part === "*" || (part.startsWith("{") && part.endsWith("}")) ? "[^/]+" : escaped(part);
  });
  const it = new RegExp(`^${text}$`);
  if (patterns.size > 10_000) patterns.clear();
  patterns.set(path, it);
  return it;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
