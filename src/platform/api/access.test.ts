import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AnyService } from "../service/kit.ts";
import { admit } from "./access.ts";

const actor = { userId: "u", userName: "u", userDomainId: "d", roles: [] };
const volumes = { type: "block-storage", mounts: ["/volume"] } as unknown as AnyService;
const identity = { type: "identity", mounts: ["/identity", ""] } as unknown as AnyService;

/** Whether a rule lets a request through. */
function lets(rule: { service: string; method?: string; path: string }, service: AnyService, request: string): boolean {
  const [method, url] = request.split(" ") as [string, string];
  try {
    admit({ ...actor, accessRules: [{ id: "r", method: "GET", ...rule }] }, service, method, url);
    return true;
  } catch {
    return false;
  }
}

describe("an access rule", () => {
  test("holds for a service by each of its names, below its mount or from the root", () => {
    for (const service of ["block-storage", "volumev3", "volume"])
      for (const path of ["/v3/volumes", "/volume/v3/volumes"])
        assert.ok(lets({ service, path }, volumes, "GET /volume/v3/volumes?limit=1"), `${service} ${path}`);
    assert.equal(lets({ service: "identity", path: "/v3/volumes" }, volumes, "GET /volume/v3/volumes"), false);
    assert.equal(
      lets({ service: "volume", path: "/v3/volumes", method: "POST" }, volumes, "GET /volume/v3/volumes"),
      false,
    );
  });

  test("has * and names for one part of a path, and ** for any number", () => {
    const fits = (path: string, url: string) => lets({ service: "volume", path }, volumes, `GET /volume${url}`);
    assert.deepEqual(
      [
        fits("/v3/volumes/*", "/v3/volumes/1"),
        fits("/v3/volumes/*", "/v3/volumes/1/metadata"),
        fits("/v3/{project_id}/volumes", "/v3/p/volumes"),
        fits("/v3/**", "/v3/volumes/1/metadata"),
        fits("/v3/v.lumes", "/v3/volumes"),
        fits("/v3/{broken", "/v3/{broken"),
        fits("/v3/volumes", "/v3/volumes/1"),
      ],
      [true, false, true, true, false, true, false],
    );
  });

  test("leaves asking what one's token says free", () => {
    const none = { service: "compute", path: "/none" };
    assert.ok(lets(none, identity, "GET /v3/auth/tokens"));
    assert.ok(lets(none, identity, "GET /identity/v3/auth/tokens"));
    assert.equal(lets(none, identity, "DELETE /v3/auth/tokens"), false);
  });

  test("is none of those who have none", () => {
    admit(actor, volumes, "GET", "/volume/v3/volumes");
    assert.throws(() => admit({ ...actor, accessRules: [] }, volumes, "GET", "/volume/v3/volumes"), { status: 401 });
  });
});
