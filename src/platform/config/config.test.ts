import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, readConfig } from "./config.ts";

test("trusted proxies are addresses and prefixes; a slip is refused with the key and where it stands", () => {
  const given = (it: string) => readConfig({}, { CRUNCH_TRUSTED_PROXIES: it }, true)["trusted-proxies"];
  for (const good of ["127.0.0.1", "10.0.0.0/8,::1", "2001:db8::/32"]) assert.equal(given(good), good);
  for (const bad of ["999.1.1.1", "10.0.0.0/40", "proxy", "10.0.0.1,", "10.0.0.1 10.0.0.2"])
    assert.throws(
      () => given(bad),
      (why: Error) =>
        why instanceof ConfigError &&
        why.message ===
          'configuration in the environment (CRUNCH_…): trusted-proxies: must match format "addresses and prefixes"',
    );
});

test("volumes are files, or in a pool of Ceph; a slip names its key", () => {
  const given = (it: string) => readConfig({}, { CRUNCH_VOLUME_STORE: it }, true)["volume-store"];
  assert.equal(readConfig({}, {}, true)["volume-store"], undefined);
  assert.deepEqual(given("{type: rbd, pool: volumes, user: v}"), { type: "rbd", pool: "volumes", user: "v" });
  assert.deepEqual(readConfig({ volumeStore: "{type: rbd, pool: p}" }, {}, true)["volume-store"]?.pool, "p");
  for (const [bad, why] of [
    ["rbd", /volume-store: must be object/],
    ["{type: rbd", /volume-store: must be object/],
    ["{type: rbd}", /volume-store: must have required property 'pool'/],
    ["{type: nfs, pool: p}", /volume-store\/type: must be equal to constant/],
    ["{type: rbd, pool: a/b}", /volume-store\/pool: must match pattern/],
    ["{type: rbd, pool: p, keyring: here}", /volume-store\/keyring: must match pattern/],
    ["{type: rbd, pool: p, colour: red}", /volume-store\/colour: there is no such key/],
  ] as const)
    assert.throws(() => given(bad), why);
});

test("how logins are slowed has bounds, and a default", () => {
  const given = (flags: object) => readConfig({ ...flags }, {}, true);
  assert.deepEqual([given({})["login-failures"], given({})["login-pause"]], [5, 60]);
  assert.equal(given({ loginPause: "0" })["login-pause"], 0);
  assert.throws(() => given({ loginFailures: "0" }), /login-failures: must be >= 1/);
  assert.throws(() => given({ loginPause: "4000" }), /login-pause: must be <= 3600/);
});
