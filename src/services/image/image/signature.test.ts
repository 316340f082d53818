import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { constants, createSign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { certificatesIn } from "#drivers/image/certificates/driver.ts";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { image } from "../service.ts";

const content = Buffer.from("bytes that are signed");
const dir = mkdtempSync(join(tmpdir(), "crunch-certificates-"));

/** A certificate of its own in the folder, as an operator would make it. */
function certificate(id: string, ...key: string[]) {
  const out = ["-keyout", join(dir, `${id}.key`), "-out", join(dir, `${id}.pem`)];
  execFileSync("openssl", ["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=signer", ...key, ...out], {
    stdio: "ignore",
  });
}

function sign(id: string, hash: string, pss: boolean): string {
  const key = readFileSync(join(dir, `${id}.key`), "utf8");
  const how = pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN } : {};
  return createSign(hash)
    .update(content)
    .sign({ key, ...how }, "base64");
}

describe("images that are signed", () => {
  let cloud: TestCloud;
  before(async () => {
    certificate("rsa", "-newkey", "rsa:2048");
    certificate("ec", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1");
    const driver = { ...simulatedImages(), certificates: certificatesIn(dir) };
    cloud = await testCloud({ services: [image], drivers: { image: driver } });
  });
  after(async () => {
    await cloud.stop();
    rmSync(dir, { recursive: true });
  });

  const signed = (certificate: string, signature: string, type: string, hash = "SHA-256") => ({
    img_signature: signature,
    img_signature_certificate_uuid: certificate,
    img_signature_hash_method: hash,
    img_signature_key_type: type,
  });
  async function upload(properties: object, bytes = content) {
    const body = { disk_format: "raw", container_format: "bare", ...properties };
    const { id } = (await cloud.call("POST", "/image/v2/images", { as: "demo", body })).body;
    const headers = { "content-type": "application/octet-stream" };
    const put = await cloud.call("PUT", `/image/v2/images/${id}/file`, { as: "demo", body: bytes, headers });
    const { status } = (await cloud.call("GET", `/image/v2/images/${id}`, { as: "demo" })).body;
    return { answer: put.status, status, text: put.text };
  }

  test("are taken if their bytes are what was signed", async () => {
    const rsa = await upload(signed("rsa", sign("rsa", "sha256", true), "RSA-PSS"));
    assert.deepEqual([rsa.answer, rsa.status], [204, "active"], rsa.text);
    const ec = await upload(signed("ec", sign("ec", "sha512", false), "ECC_SECP384R1", "SHA-512"));
    assert.deepEqual([ec.answer, ec.status], [204, "active"], ec.text);
  });

  test("are refused, and queued again, if anything is not as it is said to be", async () => {
    const good = sign("rsa", "sha256", true);
    const refused = async (properties: object, why: RegExp, bytes = content) => {
      const { answer, status, text } = await upload(properties, bytes);
      assert.deepEqual([answer, status, why.test(text)], [400, "queued", true], text);
    };
    await refused(signed("rsa", good, "RSA-PSS"), /verification for the image failed/, Buffer.from("other bytes"));
    await refused(signed("rsa", good, "RSA-PSS", "SHA-512"), /verification for the image failed/);
    await refused(signed("rsa", good, "RSA-PSS", "MD5"), /Invalid signature hash method/);
    await refused(signed("rsa", good, "DSA"), /Invalid public key type/);
    await refused(signed("ec", good, "ECC_SECP521R1"), /Invalid public key type/);
    await refused(signed("none", good, "RSA-PSS"), /Unable to retrieve certificate/);
    await refused(signed("../rsa", good, "RSA-PSS"), /Unable to retrieve certificate/);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("are not looked at where a part of their signature is missing", async () => {
    const { img_signature: _, ...rest } = signed("none", "", "RSA-PSS");
    assert.equal((await upload(rest)).status, "active");
  });
});
