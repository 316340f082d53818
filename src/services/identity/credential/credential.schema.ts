import { Type } from "typebox";
import { held, loose, maybe, orNull, wrapped } from "../shapes.schema.ts";

export interface CredentialFields {
  readonly id?: string;
  readonly user_id?: string;
  readonly project_id?: string | null;
  readonly type?: string;
  readonly blob?: string;
}
export interface CreateCredential {
  readonly credential: CredentialFields & Required<Pick<CredentialFields, "user_id" | "type" | "blob">>;
}
export interface ChangeCredential {
  readonly credential: CredentialFields;
}
export interface CreateKeyPair {
  readonly tenant_id?: string;
}
/** What another service knows of a signed request. */
export interface Signed {
  readonly access?: string;
  readonly signature?: string;
  readonly host?: string;
  readonly verb?: string;
  readonly path?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body_hash?: string;
  /** For S3: the string that was signed, in base64. */
  readonly token?: string;
}
export interface SignedBody {
  readonly credentials?: Signed;
  readonly credential?: Signed;
  readonly ec2Credentials?: Signed;
}

export const credentialNames = ["id", "links", "user_id", "project_id", "type", "blob"];

const str = Type.String();
const projectId = maybe(orNull(str));

export const createCredential = wrapped<CreateCredential>("credential", {
  user_id: str,
  type: str,
  blob: str,
  project_id: projectId,
});
export const changeCredential = wrapped<ChangeCredential>("credential", {
  user_id: maybe(str),
  type: maybe(str),
  blob: maybe(str),
  project_id: projectId,
});
export const createKeyPair = held<CreateKeyPair>(loose({ tenant_id: maybe(str) }));

const texts = Type.Record(str, Type.Union([str, Type.Number(), Type.Boolean()]));
const signed = loose({
  access: maybe(str),
  signature: maybe(str),
  host: maybe(str),
  verb: maybe(str),
  path: maybe(str),
  body_hash: maybe(str),
  token: maybe(str),
  params: maybe(texts),
  headers: maybe(texts),
});
export const signedBody = held<SignedBody>(
  loose({ credentials: maybe(signed), credential: maybe(signed), ec2Credentials: maybe(signed) }),
);
