import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";
import { baseString, isSigned, parametersOf } from "./signature.ts";

test("a signature is what another implementation (Python's oauthlib) makes of the same request", () => {
  const header =
    'OAuth realm="Photos", oauth_nonce="chapoH~x", oauth_timestamp="137131200", oauth_version="1.0", ' +
    'oauth_signature_method="HMAC-SHA1", oauth_consumer_key="dpf43f3p2l4k3l03", ' +
    'oauth_callback="http%3A%2F%2Fprinter.example.com%2Fready%3Fa%3Db%20c%26d%3D%C3%A9", ' +
    'oauth_signature="KnthWp20qfJ64AVnCP7RCCAHiKU%3D"';
  const parameters = parametersOf(header)!;
  assert.equal(parameters.oauth_callback, "http://printer.example.com/ready?a=b c&d=é");
  const it = { method: "POST", url: "https://photos.example.net/v3/initiate", parameters };
  assert.equal(isSigned(it, "kd94'hf93k*423kf44"), true);
  assert.equal(isSigned(it, "kd94hf93k423kf44"), false);
  assert.equal(isSigned({ ...it, method: "GET" }, "kd94'hf93k*423kf44"), false);
});

test("a consumer comes to a token with the roles that a user gave it, and loses it with its access", async () => {
  const { cloud, tokenOf, named } = await begun();
  after(() => cloud.stop());
  const [projectId, userId] = [await named("project", "admin"), await named("user", "admin")];
  const admin = await tokenOf("admin", onProject("admin"));
  const call = (method: string, path: string, how: { as?: null; headers?: object; body?: unknown } = {}) => {
    const headers = { ...(how.as === null ? {} : { "x-auth-token": admin }), ...how.headers };
    return cloud.call(method, `/identity/v3${path}`, { as: null, headers, body: how.body });
  };
  const made = await call("POST", "/OS-OAUTH1/consumers", { body: { consumer: { description: "printer" } } });
  assert.equal(made.status, 201);
  const { id, secret } = made.body.consumer;
  assert.equal((await call("GET", `/OS-OAUTH1/consumers/${id}`)).body.consumer.secret, undefined);
  const post = async (path: string, body: unknown, signing: Signing) => {
    const headers = { host: "cloud.test", ...signing.headers };
    const authorization = sign({ ...signing, url: `http://cloud.test/identity/v3${path}`, key: id, secret });
    return call("POST", path, { as: null, headers: { ...headers, authorization }, body });
  };
  const { now } = cloud.world("identity");
  const requested = await post("/OS-OAUTH1/request_token", undefined, {
    now,
    headers: { "requested-project-id": projectId! },
  });
  assert.equal(requested.status, 201, JSON.stringify(requested.body));
  const request = new URLSearchParams(String(requested.body));
  const token = { id: request.get("oauth_token")!, secret: request.get("oauth_token_secret")! };
  const early = await post("/OS-OAUTH1/access_token", undefined, { now, token, verifier: "whatever" });
  assert.equal(early.status, 401);
  const body = { roles: [{ name: "reader" }] };
  const let_ = await call("PUT", `/OS-OAUTH1/authorize/${token.id}`, { body });
  assert.equal(let_.status, 200);
  const verifier = let_.body.token.oauth_verifier;
  assert.equal((await post("/OS-OAUTH1/access_token", undefined, { now, token, verifier: "wrong" })).status, 401);
  const granted = await post("/OS-OAUTH1/access_token", undefined, { now, token, verifier });
  assert.equal(granted.status, 201);
  assert.equal((await post("/OS-OAUTH1/access_token", undefined, { now, token, verifier })).status, 401);
  const form = new URLSearchParams(String(granted.body));
  const access = { id: form.get("oauth_token")!, secret: form.get("oauth_token_secret")! };
  const login = { auth: { identity: { methods: ["oauth1"], oauth1: {} } } };
  const nonce = randomUUID();
  const logged = await post("/auth/tokens", login, { now, token: access, nonce });
  assert.equal(logged.status, 201, JSON.stringify(logged.body));
  assert.deepEqual(
    logged.body.token.roles.map((role: { name: string }) => role.name),
    ["reader"],
  );
  assert.deepEqual(logged.body.token["OS-OAUTH1"], { access_token_id: access.id, consumer_id: id });
  assert.equal(
    (await post("/auth/tokens", login, { now, token: access, nonce })).status,
    401,
    "a signature opens once",
  );
  const text = logged.headers["x-subject-token"];
  const mine = { as: null, headers: { "x-auth-token": text } };
  assert.equal((await call("GET", "/auth/projects", mine)).status, 200);
  const path = `/users/${userId}/OS-OAUTH1/access_tokens`;
  assert.equal((await call("GET", path)).body.access_tokens.length, 1);
  assert.equal((await call("GET", `${path}/${access.id}/roles`)).body.roles.length, 1);
  assert.equal((await call("DELETE", `${path}/${access.id}`)).status, 204);
  assert.equal((await call("GET", "/auth/projects", mine)).status, 401);
  assert.equal((await call("DELETE", `/OS-OAUTH1/consumers/${id}`)).status, 204);
  assert.equal((await call("GET", `/OS-OAUTH1/consumers/${id}`)).status, 404);
});

interface Signing {
  readonly now: string;
  readonly token?: { readonly id: string; readonly secret: string };
  readonly verifier?: string;
  readonly nonce?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function sign({
  now,
  token,
  verifier,
  nonce = randomUUID(),
  url,
  key,
  secret,
}: Signing & Record<"url" | "key" | "secret", string>) {
  const parameters: Record<string, string> = {
    oauth_consumer_key: key,
    oauth_nonce: nonce,
    oauth_signature_method: "HMAC-SHA256",
    oauth_timestamp: String(Math.floor(Date.parse(now) / 1000)),
    oauth_version: "1.0",
    ...(token && { oauth_token: token.id }),
    ...(verifier && { oauth_verifier: verifier }),
  };
  const hmac = createHmac("sha256", `${secret}&${token?.secret ?? ""}`);
  const oauth_signature = hmac.update(baseString({ method: "POST", url, parameters })).digest("base64");
  const pairs = Object.entries({ ...parameters, oauth_signature });
  return `OAuth ${pairs.map(([name, value]) => `${name}="${encodeURIComponent(value)}"`).join(", ")}`;
}
