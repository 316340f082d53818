import { Type } from "typebox";
import { unauthorized } from "#platform/api/errors.ts";
import { arrive } from "../../federation/arrival.work.ts";
import type { Assertion } from "../../federation/mapping.ts";
import { orRefused, type Way, wayBy } from "../../federation/way.work.ts";
import { loose } from "../../shapes.schema.ts";
import { method } from "./method.ts";

interface Asked {
  readonly identity_provider: string;
  readonly protocol: string;
}
interface Claim {
  readonly way: Way;
  readonly bearer: string;
}

/** A user of an identity provider, whose token comes as the request's bearer: keystone's `mapped`, and `openid`, which is the same. */
const by = (name: string) =>
  method<Asked, Claim, Assertion | undefined>({
    name,
    shape: loose({ identity_provider: Type.String(), protocol: Type.String() }),
    async claim(ctx, { identity_provider: provider, protocol }) {
      const bearer = /^Bearer\s+(\S+)$/i.exec(ctx.headers.authorization ?? "")?.[1];
      if (!bearer) throw unauthorized();
      return { way: await wayBy(ctx, provider, protocol), bearer };
    },
    call: (driver, { way, bearer }) => orRefused(driver.federation.read(way.provider.id, bearer)),
    prove: async (ctx, { way }, said) => said && arrive(ctx, way, said),
  });
export const mapped = by("mapped");
export const openid = by("openid");
