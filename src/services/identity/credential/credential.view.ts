import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import type { Credential, KeyPair } from "./credential.ts";

export function credentialBody(ctx: Context, { id, userId, projectId, type, blob, extra }: Credential) {
  return { ...extra, id, user_id: userId, project_id: projectId, type, blob, ...self(ctx, `/credentials/${id}`) };
}

/** An EC2 key pair, in the words of its own extension. */
export function keyPairBody(ctx: Context, { userId, projectId, blob }: Credential) {
  const { access, secret, trust_id = null } = JSON.parse(blob) as KeyPair;
  const link = self(ctx, `/users/${userId}/credentials/OS-EC2/${access}`);
  return { user_id: userId, tenant_id: projectId, access, secret, trust_id, ...link };
}
