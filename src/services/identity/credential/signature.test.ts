import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isSame, signatureOf, signatureOfString } from "./signature.ts";

const plain = { verb: "GET", host: "127.0.0.1", path: "/v1/", params: {}, headers: {}, bodyHash: "" };

describe("a signed request", () => {
  test("of version 2 has the signature that Amazon documents", () => {
    const params = {
      AWSAccessKeyId: "AKIAIOSFODNN7EXAMPLE",
      Action: "DescribeJobFlows",
      SignatureMethod: "HmacSHA256",
      SignatureVersion: "2",
      Timestamp: "2011-10-03T15:19:30",
      Version: "2009-03-31",
    };
    const it = { ...plain, host: "elasticmapreduce.amazonaws.com", path: "/", params };
    const signature = signatureOf("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", it);
    assert.equal(signature, "i91nKc4PWAt0JJIdXwz9HxZCJDdiy6cf/Mj6vPxyYIs=");
  });

  test("of version 4 has the signature that Amazon documents", () => {
    const params = { Action: "ListUsers", Version: "2010-05-08" };
    const authorization =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=x";
    const headers = {
      authorization,
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      host: "iam.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
    };
    const bodyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const it = { ...plain, path: "/", host: "iam.amazonaws.com", params, headers, bodyHash };
    const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const expected = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    assert.equal(signatureOf(secret, it), expected);
    assert.equal(signatureOf(secret, { ...it, headers: { ...headers, "x-amz-date": "20150831T000000Z" } }), undefined);
  });

  test("of no known version has none", () => {
    assert.equal(signatureOf("s", plain), undefined);
    assert.equal(signatureOf("s", { ...plain, params: { SignatureVersion: "9" } }), undefined);
  });

  test("for S3 is made of what was signed, in the old words and the new", () => {
    assert.match(signatureOfString("s", Buffer.from("GET\n\n\n\n/bucket"))!, /^[A-Za-z0-9+/]{27}=$/);
    const scope = (service: string) =>
      Buffer.from(`AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/r/${service}/aws4_request\nhash`);
    assert.match(signatureOfString("s", scope("s3"))!, /^[0-9a-f]{64}$/);
    assert.equal(signatureOfString("s", scope("ec2")), undefined);
    assert.equal(isSame("a", "ab"), false);
  });
});
