import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isBelow, sameDn, splitDn } from "./dn.ts";
import { guidBytes, guidText } from "./guid.ts";

describe("a distinguished name", () => {
  test("is taken apart, whatever its values are made of", () => {
    assert.deepEqual(splitDn("uid=ann,ou=people"), [[["uid", "ann"]], [["ou", "people"]]]);
    assert.deepEqual(splitDn("cn=a\\, b\\+c\\=d\\\\ + sn=\\20x\\20,dc=y"), [
      [
        ["cn", "a, b+c=d\\"],
        ["sn", " x "],
      ],
      [["dc", "y"]],
    ]);
    assert.deepEqual(splitDn('cn="a, b",dc=y'), [[["cn", "a, b"]], [["dc", "y"]]]);
    assert.deepEqual(splitDn("cn=\\C3\\BC\\e2\\86\\92,dc=y"), [[["cn", "ü→"]], [["dc", "y"]]]);
    assert.deepEqual(splitDn("2.5.4.3= x ,dc=y\\ "), [[["2.5.4.3", "x"]], [["dc", "y "]]]);
    for (const none of ["", "x", "cn=x,", "cn=x\\", ",cn=x", "c n=x"]) assert.equal(splitDn(none), undefined, none);
  });

  test("is the same one in every spelling, and no other", () => {
    const it = sameDn("UID=Ann  Lee+cn=X,OU=People,dc=a\\2Cb");
    for (const other of ["uid=ann lee+CN=x,ou=people,dc=a\\,b", "cn=x + uid=Ann Lee , ou=People, DC=A\\2cB"])
      assert.equal(sameDn(other), it);
    for (const other of [
      "uid=ann lee,cn=x,ou=people,dc=a\\,b",
      "uid=ann lee+cn=x,ou=people,dc=a,dc=b",
      "uid=annlee+cn=x,ou=people,dc=a\\,b",
    ])
      assert.notEqual(sameDn(other), it);
  });

  test("lies below the names that it ends with", () => {
    const below = isBelow("OU=People, dc=a\\,b");
    for (const one of ["uid=ann,ou=people,dc=a\\2Cb", "uid=x,ou=y,OU=people,DC=A\\,B", "ou=people,dc=a\\,b"])
      assert.ok(below(one), one);
    for (const one of ["dc=a\\,b", "uid=ann,ou=other people,dc=a\\,b", "uid=ann\\,ou=people,dc=a\\,b", "no name"])
      assert.ok(!below(one), one);
    assert.ok(isBelow("")("uid=ann"));
  });
});

test("an id of Active Directory is read and asked for as its tools show it", () => {
  const bytes = Buffer.from("00112233445566778899aabbccddeeff", "hex");
  assert.equal(guidText(bytes), "33221100-5544-7766-8899-aabbccddeeff");
  assert.deepEqual(guidBytes(guidText(bytes)), bytes);
});
