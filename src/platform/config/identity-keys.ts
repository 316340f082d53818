import { Type } from "typebox";

const count = (description: string, minimum = 1) =>
  Type.Optional(Type.Integer({ minimum, maximum: 100_000_000, description }));

/** How tokens are made, and what is asked of passwords. All that is asked of passwords is off until it is set. */
export const identityKeys = {
  "token-provider": Type.Optional(
    Type.Union([Type.Literal("fernet"), Type.Literal("jws")], {
      description: "how tokens are made: fernet (encrypted) or jws (signed); those of the other kind stay valid",
    }),
  ),
  "limit-enforcement-model": Type.Optional(
    Type.Union([Type.Literal("flat"), Type.Literal("strict_two_level")], {
      description:
        "how limits of projects above and below each other are weighed: flat (each by itself; if absent) or strict_two_level (what a domain or project may have is shared by all that lies in it)",
    }),
  ),
  "password-memory": count(
    "seconds for which a password that was just proven is known without its slow hash, in memory alone (300 if absent); 0: never",
    0,
  ),
  "domain-configs": Type.Optional(
    Type.String({
      minLength: 1,
      description: "folder of files keystone.<domain>.conf: at each start a domain takes what its file says",
    }),
  ),
  "saml-entity-id": Type.Optional(
    Type.String({
      maxLength: 1024,
      pattern: "^[a-zA-Z][a-zA-Z0-9+.-]*:.+$",
      description: "the name by which other clouds know this one as their identity provider (SAML), a URL",
    }),
  ),
  "saml-key": Type.Optional(
    Type.String({ minLength: 1, description: "file (PEM) with the RSA key that assertions are signed with" }),
  ),
  "saml-certificate": Type.Optional(Type.String({ minLength: 1, description: "file (PEM) with its certificate" })),
  "saml-assertion-seconds": count("seconds for which an assertion is good"),
  "lockout-failure-attempts": count("failed logins after which an account is locked"),
  "lockout-duration": count("seconds for which it stays locked"),
  "disable-user-account-days-inactive": count("days without a login after which a user counts as disabled"),
  "password-expires-days": count("days after which a password has to be changed"),
  "unique-last-password-count": count("how many of a user's last passwords a new one has to differ from", 0),
  "minimum-password-age": count("days for which users keep a password of their own choice", 0),
  "password-regex": Type.Optional(
    Type.String({ minLength: 1, format: "regex", description: "what passwords look like" }),
  ),
  "password-regex-description": Type.Optional(
    Type.String({ minLength: 1, description: "the same in words, for whoever chose another one" }),
  ),
  "change-password-upon-first-use": Type.Optional(
    Type.Boolean({ description: "whether users have to change the password that an administrator gave them" }),
  ),
};
