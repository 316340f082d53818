import { wrong } from "../refusals.ts";
import { type Attributes, readAttributes } from "./attribute.ts";

export type Sent = Readonly<Record<string, unknown>>;
export interface Item {
  readonly projectId: string;
  readonly read: Sent;
}
interface Envelope {
  readonly one: string;
  readonly many: string;
  readonly attributes: Attributes;
}

/** The items of a POST: one, or many at once. */
export function readCreate(of: Envelope, body: Sent, actorProject: string | undefined, admin: boolean): Item[] {
  const items = of.many in body ? body[of.many] : [body[of.one]];
  if (!(of.many in body) && !(of.one in body)) throw wrong.request(`Unable to find '${of.one}' in request body`);
  if (!Array.isArray(items) || items.length === 0) throw wrong.request("Resources required");
  return items.map((sent) => {
    if (sent === null || typeof sent !== "object") throw wrong.request("Resource body required");
    const read = readAttributes(of.attributes, sent as Sent, "post");
    return { projectId: projectOf(read, actorProject, admin), read };
  });
}

/** The one item of a PUT. */
export function readUpdate(of: Envelope, body: Sent): Sent {
  const sent = body[of.one];
  if (sent === undefined) throw wrong.request(`Unable to find '${of.one}' in request body`);
  if (sent === null || typeof sent !== "object") throw wrong.request("Resource body required");
  return readAttributes(of.attributes, sent as Sent, "put");
}

function projectOf({ project_id, tenant_id }: Sent, actorProject: string | undefined, admin: boolean): string {
  if (project_id !== undefined && tenant_id !== undefined && project_id !== tenant_id)
    throw wrong.request("'project_id' and 'tenant_id' do not match");
  const asked = (project_id ?? tenant_id) as string | undefined;
  if (asked !== undefined && asked !== actorProject && !admin)
    throw wrong.request(
      "Specifying 'project_id' or 'tenant_id' other than authenticated project in request requires admin privileges",
    );
  const it = asked ?? actorProject;
  if (!it) throw wrong.request("Running without keystone AuthN requires that tenant_id is specified");
  return it;
}
