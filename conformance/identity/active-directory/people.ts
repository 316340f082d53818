/** Who is in the forest that the scenarios are played in. */
export const PASSWORD = "Corr3ct-horse";
export const READER = "CN=reader,OU=Services";
/** Users without a password: with the others more than three of Active Directory's pages, and than two of its parts of a group. */
export const STAFF = 3_000;
export const LOCKOUT = 3;

const ENGINEERS = "OU=Engineering,OU=People";
const SALES = "OU=Sales,OU=People";
const [NORMAL, DISABLED, NO_PASSWORD] = [512, 514, 544];
/** 100-nanosecond steps since 1601: a day in 2001. */
const LONG_AGO = "126500000000000000";

interface User {
  readonly dn: string;
  readonly sAMAccountName: string;
  readonly [more: string]: unknown;
}
const user = (cn: string, where: string, more: object = {}): User => ({
  dn: `CN=${escaped(cn)},${where}`,
  sAMAccountName: cn.replace(/[^a-z0-9]/gi, "").slice(0, 20),
  userPrincipalName: `${cn.replace(/[^a-z0-9]/gi, "")}@corp.example.org`,
  mail: `${cn.replace(/[^a-z0-9]/gi, "")}@corp.example.org`,
  userAccountControl: String(NO_PASSWORD),
  ...more,
});
const known = (cn: string, more: object = {}, where = SALES) =>
  user(cn, where, { password: PASSWORD, userAccountControl: String(NORMAL), ...more });

export const ODD = "Öztürk, Jürgen (ext) #1";
export const ODD_PASSWORD = "Grüner-Käse→8";
export const staffName = (i: number) => `e${String(i).padStart(5, "0")}`;

export const users: readonly User[] = [
  known("reader", {}, "OU=Services"),
  known("ann", { description: "Sells" }),
  known("bob", {}, ENGINEERS),
  known(ODD, { password: ODD_PASSWORD }),
  known("disabled", { userAccountControl: String(DISABLED) }),
  known("expired", { times: { pwdLastSet: LONG_AGO } }),
  known("fresh", { times: { pwdLastSet: "0" } }),
  known("left", { accountExpires: LONG_AGO }),
  known("locked"),
  ...Array.from({ length: STAFF }, (_, i) => user(staffName(i), ENGINEERS)),
];
const membersOf = (names: readonly string[]) =>
  names.map((cn) => users.find(({ dn }) => dn.startsWith(`CN=${escaped(cn)},`))!.dn);
const group = (cn: string, members: readonly string[]) => ({
  dn: `CN=${cn},OU=Groups`,
  sAMAccountName: cn,
  description: `The ${cn}`,
  members,
});
const groupDn = (cn: string) => `CN=${cn},OU=Groups`;

/** A group of everybody, and groups in groups, the innermost of which holds the outermost again. */
export const forest = {
  lockout: LOCKOUT,
  units: ["OU=Services", "OU=Groups", "OU=People", ENGINEERS, SALES],
  users,
  groups: [
    group(
      "everybody",
      users.filter(({ dn }) => !dn.startsWith(READER)).map(({ dn }) => dn),
    ),
    group("team", membersOf(["ann", ODD])),
    group("department", [groupDn("team"), ...membersOf(["bob"])]),
    group("company", [groupDn("department")]),
    group("ring", []),
    group("round", [groupDn("ring"), ...membersOf(["bob"])]),
  ],
  rings: [[groupDn("ring"), groupDn("round")]],
};

function escaped(value: string): string {
  return value.replace(/[\\,+"<>;=#]/g, (one) => `\\${one}`);
}
