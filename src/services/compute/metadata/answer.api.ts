import { own } from "#platform/api/own.ts";
import { type Content, isContent } from "#platform/service/content.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { Join } from "#platform/store/join.ts";
import type { MetadataAnswer, MetadataQuestion } from "../index.ts";
import { type Compute, joined } from "../kit.ts";
import { changeServer, findServer } from "../server/server.store.ts";
import type { Server } from "../server/server.ts";
import { ec2Tree, ec2Versions, type Tree } from "./ec2.ts";
import { injectedFiles, openstackDocuments, openstackVersions } from "./openstack.ts";
import { subjectOf } from "./subject.store.ts";
import type { Subject } from "./subject.ts";

/** Answers a guest by its address on its network. */
export async function answerMetadata(join: Join, question: MetadataQuestion): Promise<MetadataAnswer> {
  const tx = joined(join);
  const id = await tx.needs.network.serverAt(tx, question.networkId, question.sourceIp);
  const server = id === undefined ? undefined : await findServer(tx.db, id);
  if (!server) return missing;
  const parts = (question.path.split("?")[0] ?? "").split("/").filter((part) => part !== "");
  if (question.method === "POST") return keepPassword(tx, server, parts, question.body ?? "");
  if (question.method !== "GET" && question.method !== "HEAD") return text("", 405);
  return found(await subjectOf(tx, server), parts);
}

function found(of: Subject, [first, ...rest]: readonly string[]): MetadataAnswer {
  if (first === undefined) return text([...ec2Versions, "latest"].join("\n"));
  if (first === "openstack") return openstack(of, rest);
  if (!ec2Versions.includes(first) && first !== "latest") return missing;
  return fromTree(ec2Tree(of), rest);
}

function openstack(of: Subject, [version, ...rest]: readonly string[]): MetadataAnswer {
  if (version === undefined) return text([...openstackVersions, "latest"].join("\n"));
  if (version === "content") return oneOf(injectedFiles(of), ["content", ...rest].join("/"));
  if (!openstackVersions.includes(version) && version !== "latest") return missing;
  const documents = openstackDocuments(of, version);
  if (rest.length === 0) return text(Object.keys(documents).sort().join("\n"));
  return oneOf(documents, rest.join("/"));
}

function oneOf(documents: Readonly<Record<string, Content>>, name: string): MetadataAnswer {
  const body = own(documents, name);
  if (body === undefined) return missing;
  return { status: 200, contentType: contentType(name), body };
}

function contentType(name: string): string {
  if (name.endsWith(".json")) return "application/json";
  return name === "user_data" ? "application/octet-stream" : "text/plain; charset=UTF-8";
}

/** Walks down EC2's tree; a folder is a list of its names, folders with a slash behind them. */
function fromTree(tree: Tree, parts: readonly string[]): MetadataAnswer {
  let at: Tree | Content = tree;
  for (const part of parts) {
    if (isContent(at)) return missing;
    const next: Tree | Content | undefined = own(at, part) ?? byIndex(at, part);
    if (next === undefined) return missing;
    at = next;
  }
  return text(isContent(at) ? at : listing(at));
}

/** Public keys are listed as "0=name" and asked for as "0". */
function byIndex(tree: Tree, part: string): Tree | Content | undefined {
  const name = Object.keys(tree).find((it) => it.startsWith(`${part}=`));
  return name === undefined ? undefined : tree[name];
}

function listing(tree: Tree): string {
  return Object.entries(tree)
    .map(([name, it]) => (isContent(it) || name.includes("=") ? name : `${name}/`))
    .sort()
    .join("\n");
}

const longestPassword = 1020;

/** The guest tells its encrypted password, once. */
async function keepPassword(
  tx: Tx<Compute>,
  server: Server,
  parts: readonly string[],
  body: string,
): Promise<MetadataAnswer> {
  if (parts[0] !== "openstack" || parts[2] !== "password") return missing;
  if (server.encryptedPassword) return text("", 409);
  if (body.length > longestPassword) return text("", 400);
  await changeServer(tx.db, server.id, { encryptedPassword: body });
  return text("");
}

function text(body: Content, status = 200): MetadataAnswer {
  return { status, contentType: "text/plain; charset=UTF-8", body };
}

const missing = text("", 404);
