import assert from "node:assert/strict";
import { test } from "node:test";
import { argon2 } from "#drivers/identity/argon2/driver.ts";
import { testCloud } from "#test/cloud.ts";
import { bootstrapIdentity } from "./bootstrap.ts";
import { identity } from "./service.ts";

const driver = argon2({ cheap: true });
const cloud = await testCloud({ services: [identity], drivers: { identity: driver } });
const it = { adminPassword: "a", demoPassword: "d", publicUrl: "http://cloud:5000", region: "RegionOne" };
await bootstrapIdentity(cloud.spine.write, driver, it);

test("x", async () => {
  const b = {
    auth: {
      identity: {
        methods: ["password"],
        password: { user: { name: "admin", domain: { id: "default" }, password: "a" } },
      },
      scope: { project: { name: "admin", domain: { id: "default" } } },
    },
  };
  const r = await cloud.call("POST", "/v3/auth/tokens", { as: null, body: b });
  console.log(r.status, JSON.stringify(r.body, null, 1).slice(0, 3000), r.headers["x-subject-token"]!.length);
  const t = r.headers["x-subject-token"]!;
  for (const p of [
    "/",
    "/v3",
    "/v3/",
    "/identity",
    "/identity/",
    "/identity/v3/auth/tokens",
    "/v3/users",
    "/v3/projects",
    "/v3/role_assignments?include_names",
    "/v3/role_assignments?effective",
    "/v3/auth/projects",
    "/v3/domains",
    "/v3/roles",
    "/v3/services",
    "/v3/endpoints",
    "/v3/regions",
    "/v3/groups",
    "/v3/auth/catalog",
    "/v3/auth/system",
    "/v3/role_inferences",
  ]) {
    const x = await cloud.call("GET", p, { as: t, headers: { "x-subject-token": t } });
    console.log(p, x.status, x.text.slice(0, 400));
  }
  assert.equal(r.status, 201);
});
