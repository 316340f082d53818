import { unauthorized } from "#platform/api/errors.ts";
import { findToken } from "../../oauth1/oauth1.store.ts";
import { parametersOf } from "../../oauth1/signature.ts";
import { signedBy } from "../../oauth1/signed.api.ts";
import { loose } from "../../shapes.schema.ts";
import { findKnownUser } from "../../user/user.store.ts";
import { method } from "./method.ts";

/** A consumer that acts for a user: the request is signed with its secret and that of its access token. */
export const oauth1 = method<object, string | undefined>({
  name: "oauth1",
  shape: loose({}),
  async claim({ db, headers }) {
    const { oauth_token: id = "" } = parametersOf(headers.authorization) ?? {};
    return (await findToken(db, "access", id))?.userId ?? undefined;
  },
  who: (userId) => userId,
  async prove(ctx) {
    const { token } = await signedBy(ctx, { path: "/auth/tokens", kind: "access" });
    const user = token?.userId && (await findKnownUser(ctx.db, { id: token.userId }));
    if (!token || !user) throw unauthorized();
    const { id, consumerId, projectId, roleIds: roles } = token;
    return { user, bonds: { oauth1: { consumerId, accessTokenId: id } }, scope: { project: { id: projectId } }, roles };
  },
});
