import { ConfidentialityRequiredError, InvalidCredentialsError, StrongAuthRequiredError } from "ldapts";

/** What Active Directory means by the number that it ends a refusal with: "…AcceptSecurityContext error, data 52e, v1db1". */
const meanings: Readonly<Record<string, string>> = {
  "525": "there is no such user",
  "52e": "the password is wrong",
  "52f": "the account is restricted",
  "530": "the user may not log in at this time",
  "531": "the user may not log in from here",
  "532": "the password has expired",
  "533": "the account is disabled",
  "568": "the user is in too many groups",
  "701": "the account has expired",
  "773": "the user has to change the password first",
  "775": "the account is locked",
};

/** Why a password was refused, as far as the server says. */
export function refusalOf({ message }: Error): string {
  const [, data] = /\bdata ([0-9a-f]+)\b/i.exec(message) ?? [];
  if (data === undefined) return "the name or the password is wrong";
  return `${meanings[data.toLowerCase()] ?? "for a reason of its own"} (data ${data})`;
}

/** A failed connection's error as a sentence that names the option to look at. */
export function explained(why: Error): string {
  if (why instanceof StrongAuthRequiredError || why instanceof ConfidentialityRequiredError)
    return "the server takes no password that is not encrypted: write its url as ldaps://, or set use_tls";
  if (why instanceof InvalidCredentialsError) return `the options user and password are refused: ${refusalOf(why)}`;
  const { code } = why as NodeJS.ErrnoException;
  if (/certificate/i.test(why.message) || code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return `the server's certificate is not trusted (tls_cacertfile, tls_cacertdir, the host in url): ${why.message}`;
  return why.message;
}
