import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { fingerprint } from "./fingerprint.ts";
import { newKey } from "./generate.ts";

const user = "7a3f0d1e5b6c4d2e8f9a0b1c2d3e4f50";
const now = "2026-11-20T21:03:00.123Z";

test("a generated key has a public half in OpenSSH's words and a private one in PEM", async () => {
  const { publicKey, privateKey } = await newKey("ssh", user, now);
  assert.match(publicKey, /^ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB[A-Za-z0-9+/=]+ Generated-by-Nova$/);
  assert.match(privateKey, /^-----BEGIN RSA PRIVATE KEY-----\n/);
  assert.match(fingerprint("ssh", publicKey) ?? "", /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
});

test("a generated certificate is signed by its own key and names the user", async () => {
  const { publicKey, privateKey } = await newKey("x509", user, now);
  const it = new X509Certificate(publicKey);
  assert.equal(it.subject, `CN=${user}`);
  assert.ok(it.verify(createPublicKey(createPrivateKey(privateKey))));
  assert.equal(new Date(it.validTo).getUTCFullYear(), 2036);
  assert.match(fingerprint("x509", publicKey) ?? "", /^([0-9a-f]{2}:){19}[0-9a-f]{2}$/);
});

test("a fingerprint is the MD5 of the blob, as ssh-keygen tells it", () => {
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaMDEyMzQ1 me@home";
  assert.equal(fingerprint("ssh", key), "5f:3e:de:bf:d3:90:30:10:b1:ed:57:12:c3:8a:23:8d");
});

test("what is no key has no fingerprint", () => {
  for (const bad of ["", "ssh-rsa", "ssh-rsa AAAA", "nonsense", "ssh-ed25519 AAAAB3NzaC1yc2E="])
    assert.equal(fingerprint("ssh", bad), undefined, bad);
  assert.equal(fingerprint("x509", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"), undefined);
});
