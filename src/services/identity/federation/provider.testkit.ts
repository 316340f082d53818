import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
// @ts-expect-error: it has no types
import { Provider } from "oidc-provider";
import type { Loose } from "#platform/service/loose.ts";

export interface Corp {
  readonly issuer: string;
  /** An access token as its users' programs have them: one that has to be asked about, or one that can be read. */
  token(user: string, how?: { audience?: string; kind?: "opaque" | "jwt" }): Promise<string>;
  /** A browser whose user logs in with this name; answers where the provider sends it in the end. */
  browse(url: string, user: string): Promise<string>;
  /** Stops answering; the port stays taken. */
  silence(): void;
  end(): Promise<void>;
}

/** A real OpenID provider (a certified implementation) on the loopback, whose users are whoever they say they are. */
export async function corp(redirectUri: string, claims: object): Promise<Corp> {
  let handle: (request: never, response: never) => void = () => {};
  const server = createServer((request, response) => handle(request as never, response as never));
  await new Promise<void>((then) => server.listen(0, "127.0.0.1", then));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, settings(redirectUri, claims));
  provider.on("server_error", () => {});
  handle = provider.callback();
  return {
    issuer,
    token: (user, how) => issue(provider, user, how),
    browse,
    silence: () => {
      handle = (_, response: Loose) => response.destroy();
    },
    end: () => {
      server.closeAllConnections();
      return new Promise((then) => server.close(() => then()));
    },
  };
}

function settings(redirectUri: string, claims: object) {
  return {
    clients: [
      {
        client_id: "crunch",
        client_secret: "the client's secret",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
      { client_id: "elsewhere", client_secret: "another", redirect_uris: [], grant_types: [], response_types: [] },
    ],
    claims: { openid: ["sub"], profile: ["preferred_username", "groups"], email: ["email"] },
    cookies: { keys: ["a key of the tests"] },
    features: { introspection: { enabled: true, allowedPolicy: () => true }, devInteractions: { enabled: true } },
    pkce: { required: () => true },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: sub, email: `${sub}@corp.example`, ...claims }),
    }),
  };
}

async function issue(provider: Loose, accountId: string, { audience = "crunch", kind = "opaque" } = {}) {
  const client = await provider.Client.find(audience === "crunch" ? "crunch" : "elsewhere");
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope("openid profile email");
  const grantId = await grant.save();
  const token = new provider.AccessToken({
    accountId,
    client,
    grantId,
    scope: "openid profile email",
    expiresWithSession: false,
  });
  if (kind === "jwt") {
    const about = {
      audience,
      accessTokenFormat: "jwt",
      jwt: { sign: { alg: "RS256" } },
      scope: "openid profile email",
    };
    token.resourceServer = new provider.ResourceServer(`urn:${audience}`, about);
  }
  return token.save();
}

/** Fills in the provider's two forms, and goes wherever it is sent until that is somewhere else. */
async function browse(start: string, user: string): Promise<string> {
  const cookies = new Map<string, string>();
  const { origin } = new URL(start);
  let [url, form]: [string, URLSearchParams | undefined] = [start, undefined];
  for (let steps = 0; steps < 12; steps += 1) {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const init = { redirect: "manual" as const, headers: { cookie }, ...(form && { method: "POST", body: form }) };
    const response = await fetch(url, init);
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    const location = response.headers.get("location");
    if (location && !new URL(location, url).href.startsWith(origin)) return location;
    const text = location ? "" : await response.text();
    const action = /action="([^"]+)"/.exec(text)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(text)?.[1];
    url = new URL(location ?? action ?? "", url).href;
    form = location ? undefined : new URLSearchParams({ prompt: prompt ?? "", login: user, password: "any" });
  }
  throw new Error("the provider sends its browser round and round");
}
