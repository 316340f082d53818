import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidCredentialsError, StrongAuthRequiredError } from "ldapts";
import { explained, refusalOf } from "./refusal.ts";

const says = (data: string) =>
  new InvalidCredentialsError(
    `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${data}, v2580`,
  );

test("a refusal of Active Directory's is told in words, and any other without", () => {
  assert.equal(refusalOf(says("52e")), "the password is wrong (data 52e)");
  assert.equal(refusalOf(says("773")), "the user has to change the password first (data 773)");
  assert.equal(refusalOf(says("abc")), "for a reason of its own (data abc)");
  assert.equal(refusalOf(new InvalidCredentialsError()), "the name or the password is wrong");
});

test("an operator is told which options to look at", () => {
  assert.match(explained(new StrongAuthRequiredError("BindSimple: Transport encryption required.")), /use_tls/);
  assert.match(explained(says("775")), /options user and password are refused: the account is locked/);
  assert.match(explained(new Error("unable to verify the first certificate")), /tls_cacertfile/);
  assert.equal(explained(new Error("connect ECONNREFUSED")), "connect ECONNREFUSED");
});
