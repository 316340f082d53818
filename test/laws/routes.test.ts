import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { services } from "#cloud";
import { rangeOf } from "#platform/api/negotiate.ts";
import { placesOf } from "#platform/http/routes.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { example } from "./example.ts";
import { furnish } from "./furniture.ts";

/** Laws 1 and 3: every route has a rule that holds, and leaves a line in the audit. */
describe("every route", () => {
  let cloud: TestCloud;
  let ids: Map<string, string>;
  before(async () => {
    cloud = await testCloud();
    ids = await furnish(cloud);
  });
  after(() => cloud.stop());

  const places = placesOf(services).filter((p) => p.mount === p.service.mounts[0]);
  /** The path with the ids of the demo project's things in it. */
  const filled = (path: string) => {
    let last = "";
    return path
      .split("/")
      .map((part) => {
        if (!part.startsWith(":")) {
          last = part;
          return part;
        }
        return ids.get(last) ?? ids.get(part.slice(1)) ?? "0f0e0d0c-0b0a-4908-8706-050403020100";
      })
      .join("/");
  };

  test("asks for a token, unless its rule is open", async () => {
    for (const { method, path, routes, service } of places) {
      if (routes.some((r) => r.rule.name === "open")) continue;
      const body = bodyOf(routes[0], method);
      const version = service.versionHeader && (routes[0]?.until ?? rangeOf(service).max);
      const { status } = await cloud.call(method, filled(path), { as: null, body, version });
      assert.equal(status, 401, `${method} ${path} was answered ${status} without a token`);
    }
  });

  test("is closed to a stranger where it leads to somebody's own thing", async () => {
    const open: string[] = [];
    for (const { method, path, routes, service } of places) {
      if (!path.includes(":") || service.type === "identity") continue;
      for (const route of routes) {
        if (route.rule.name === "open" || shared.test(path)) continue;
        const version = service.versionHeader && (route.until ?? rangeOf(service).max);
        const { status } = await cloud.call(method, filled(path), {
          as: "stranger",
          body: bodyOf(route, method),
          version,
        });
        assert.ok(status < 500, `${method} ${path} was answered ${status}`);
        if (status < 300) open.push(`${route.on}${route.key ? ` ${route.key}` : ""}: ${status}`);
      }
    }
    assert.deepEqual(open, []);
  });

  test("that changes something leaves a line in the audit", async () => {
    const count = async () =>
      Number((await cloud.database.pool.query("select count(*) as n from platform_audit")).rows[0].n);
    const before = await count();
    const made = await cloud.call("POST", "/network/v2.0/networks", {
      as: "demo",
      body: { network: { name: "audited" } },
    });
    assert.equal(made.status, 201);
    assert.equal(await count(), before + 1);
    await cloud.call("DELETE", `/network/v2.0/networks/${made.body.network.id}`, { as: "demo" });
    assert.equal(await count(), before + 2);
  });

  test("of GET is answered, and never with 500", async () => {
    for (const { method, path } of places) {
      if (method !== "GET") continue;
      const { status, text } = await cloud.call("GET", filled(path), { as: "admin" });
      assert.ok(status < 500, `GET ${filled(path)} was answered ${status}: ${text}`);
    }
  });
});

/** What everybody may see: public flavors and images, types, extensions, schemas, the catalogue's own words. */
const shared =
  /flavors|images|types|extensions|schemas|traits|resource_classes|availability|quota|limits|os-keypairs|namespaces|artifacts\/:type_name$/;

function bodyOf(route: { key?: string; body?: object } | undefined, method: string): unknown {
  if (method === "GET" || method === "DELETE" || method === "HEAD" || !route) return undefined;
  const schema = Object.values(route.body ?? {}).at(-1) as object | undefined;
  if (schema) return example(schema);
  return route.key ? { [route.key]: null } : {};
}
