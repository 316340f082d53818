import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { services } from "#cloud";
import { rangeOf } from "#platform/api/negotiate.ts";
import { testCloud } from "#test/cloud.ts";

/** Law 2: every version that is spoken of is in the ledger; discovery announces the newest. */
describe("versions", () => {
  for (const service of services) {
    test(`of ${service.type}: what routes speak of stands in the ledger`, () => {
      const spoken = service.routes.flatMap((r) => [
        r.since,
        r.until,
        ...[r.status, r.body, r.query].flatMap((by) => Object.keys(by ?? {})),
      ]);
      const unknown = new Set(spoken.filter((v) => v !== undefined && !(v in service.versions)));
      assert.deepEqual([...unknown], []);
    });
  }

  test("are announced up to the newest by discovery, and every one negotiates", async () => {
    const cloud = await testCloud();
    for (const service of services.filter((s) => s.versionHeader)) {
      const { min, max } = rangeOf(service);
      const { text } = await cloud.call("GET", `${service.mounts[0]}/`, { as: null });
      assert.ok(text.includes(`"${max}"`), `${service.type} does not announce ${max}: ${text}`);
      assert.ok(text.includes(`"${min}"`), `${service.type} does not announce ${min}: ${text}`);
      for (const version of Object.keys(service.versions)) {
        const answer = await cloud.call("GET", `${service.mounts[0]}/`, { version });
        assert.ok(answer.status < 400, `${service.type} ${version}: ${answer.status}`);
      }
    }
    await cloud.stop();
  });
});
