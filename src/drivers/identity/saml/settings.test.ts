import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { selfSigned } from "#platform/x509/certificate.ts";
import { samlKeyOf } from "./settings.ts";

const dir = mkdtempSync(join(tmpdir(), "crunch-saml-key-"));
after(() => rmSync(dir, { recursive: true }));

function pair(name: string) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const certificate = selfSigned({ name, publicKey, privateKey, now: "2026-01-01T00:00:00.000Z" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  writeFileSync(join(dir, `${name}.key`), key);
  writeFileSync(join(dir, `${name}.pem`), certificate);
  return { settings: { "saml-key": join(dir, `${name}.key`), "saml-certificate": join(dir, `${name}.pem`) }, key };
}

test("the operator's own key is taken with its certificate, and with no other", () => {
  const [one, other] = [pair("one"), pair("other")];
  assert.deepEqual(samlKeyOf({}), {});
  assert.equal(samlKeyOf(one.settings).samlKey?.privateKey, one.key);
  const mixed = { ...one.settings, "saml-certificate": other.settings["saml-certificate"] };
  assert.throws(() => samlKeyOf(mixed), /saml-certificate: it is not that of saml-key/);
  assert.throws(() => samlKeyOf({ "saml-key": one.settings["saml-key"] }), /go together/);
  assert.throws(() => samlKeyOf({ ...one.settings, "saml-key": join(dir, "none") }), /saml-key: .*none cannot be read/);
  assert.throws(() => samlKeyOf({ ...one.settings, "saml-key": join(dir, "one.pem") }), /saml-key: /);
});

test("a key that is no RSA key is refused by name", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const file = join(dir, "ec.key");
  writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  const { settings } = pair("third");
  assert.throws(() => samlKeyOf({ ...settings, "saml-key": file }), /saml-key: it is no RSA key/);
});
