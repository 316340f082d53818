import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError, type Settings } from "#platform/config/config.ts";
import type { IdentityDriver } from "#services/identity/driver.ts";

/** The key and certificate that the configuration's files hold, if it names them. Its errors name the key. */
export function samlKeyOf({
  "saml-key": key,
  "saml-certificate": certificate,
}: Settings): Pick<IdentityDriver, "samlKey"> {
  if (!key && !certificate) return {};
  if (!key || !certificate) throw new ConfigError("saml-key and saml-certificate go together: one of them is missing");
  const samlKey = { privateKey: read("saml-key", key), certificate: read("saml-certificate", certificate) };
  requirePair(samlKey);
  return { samlKey };
}

function read(name: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (why) {
    throw new ConfigError(`${name}: ${file} cannot be read: ${(why as Error).message}`);
  }
}

function requirePair({ privateKey, certificate }: NonNullable<IdentityDriver["samlKey"]>): void {
  const key = parsed("saml-key", () => createPrivateKey(privateKey));
  const own = parsed("saml-certificate", () => new X509Certificate(certificate));
  if (key.asymmetricKeyType !== "rsa") throw new ConfigError("saml-key: it is no RSA key");
  if (!own.checkPrivateKey(key)) throw new ConfigError("saml-certificate: it is not that of saml-key");
}

function parsed<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (why) {
    throw new ConfigError(`${name}: ${(why as Error).message}`);
  }
}
