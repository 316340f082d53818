/** What assertions are signed with, in PEM. */
export interface SamlKey {
  readonly privateKey: string;
  readonly certificate: string;
}
/** As whom this cloud speaks to others. */
export interface Voice {
  /** Its name: a URL. */
  readonly entityId: string;
  /** Where browsers would be sent to. */
  readonly signOnUrl: string;
}
/** What another cloud is told of somebody, and where it is to be told. */
export interface Statement {
  readonly issuer: string;
  readonly recipient: string;
  readonly user: string;
  readonly userDomain: string;
  readonly roles: readonly string[];
  readonly project: string;
  readonly projectDomain: string;
  readonly groups: readonly { readonly name: string; readonly domain: { readonly name: string } }[];
  readonly now: string;
  readonly until: string;
}

export const names = {
  saml: "urn:oasis:names:tc:SAML:2.0:assertion",
  samlp: "urn:oasis:names:tc:SAML:2.0:protocol",
  md: "urn:oasis:names:tc:SAML:2.0:metadata",
  ds: "http://www.w3.org/2000/09/xmldsig#",
  soap: "http://schemas.xmlsoap.org/soap/envelope/",
  ecp: "urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp",
  xsi: "http://www.w3.org/2001/XMLSchema-instance",
  xmlns: "http://www.w3.org/2000/xmlns/",
} as const;

/** The base64 within a PEM. */
export function bare(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, "");
}
