import { unauthorized } from "#platform/api/errors.ts";
import { after } from "../identity.ts";
import type { Context } from "../kit.ts";
import { findConsumer, findToken, takeNonce } from "./oauth1.store.ts";
import { type Consumer, type OauthToken, SKEW } from "./oauth1.ts";
import { isSigned, parametersOf } from "./signature.ts";

export interface SignedBy {
  readonly consumer: Consumer;
  readonly token: OauthToken | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Who has signed this POST, with which token's secret; 401 for whatever is wrong with it. */
export async function signedBy(
  ctx: Context,
  { path, kind }: { path: string; kind?: OauthToken["kind"] },
): Promise<SignedBy> {
  const parameters = parametersOf(ctx.headers.authorization) ?? {};
  const consumer = await findConsumer(ctx.db, parameters.oauth_consumer_key ?? "");
  const token = kind && (await findToken(ctx.db, kind, parameters.oauth_token ?? ""));
  if (!consumer || (kind && token?.consumerId !== consumer.id)) throw unauthorized();
  if (token?.expiresAt && token.expiresAt <= ctx.now) throw unauthorized();
  const signed = { method: "POST", url: `${ctx.url}${path}`, parameters };
  if (!isSigned(signed, consumer.secret, token?.secret)) throw unauthorized();
  await takeOnce(ctx, consumer, parameters);
  return { consumer, token, parameters };
}

/** A signature is for now, and for once. */
async function takeOnce({ db, now }: Context, { id }: Consumer, parameters: SignedBy["parameters"]) {
  const { oauth_timestamp: stamp = "", oauth_nonce: nonce = "" } = parameters;
  const off = Math.abs(Number(stamp) - Date.parse(now) / 1000);
  if (!(off <= SKEW) || nonce === "" || nonce.length > 255) throw unauthorized();
  const taken = await takeNonce(db, { consumerId: id, nonce: `${stamp} ${nonce}`, usedAt: now }, after(now, -2 * SKEW));
  if (!taken) throw unauthorized();
}
