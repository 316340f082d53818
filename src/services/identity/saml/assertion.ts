import { SignedXml } from "xml-crypto";
import { names, type SamlKey, type Statement } from "./saml.ts";
import { type Element, element, xml } from "./xml.ts";

/** Ids of what an answer is made of. */
export interface Ids {
  readonly response: string;
  readonly assertion: string;
  readonly session: string;
}

/** The answer that another cloud takes: an assertion, signed, in a response. */
export function response(it: Statement, ids: Ids, key: SamlKey): string {
  return signed(xml(responseOf(it, ids)), key);
}

/** The same in the envelope of the enhanced client profile. */
export function envelope(it: Statement, ids: Ids, key: SamlKey, relayState: string): string {
  const must = { "soap:actor": "http://schemas.xmlsoap.org/soap/actor/next", "soap:mustUnderstand": "1" };
  const header: Element = element("soap:Header", {}, element("ecp:RelayState", must, relayState));
  return signed(xml(element("soap:Envelope", {}, header, element("soap:Body", {}, responseOf(it, ids)))), key);
}

function responseOf(it: Statement, ids: Ids): Element {
  return element(
    "samlp:Response",
    { ID: ids.response, IssueInstant: instant(it.now), Version: "2.0", Destination: it.recipient },
    issuer(it),
    element("samlp:Status", {}, element("samlp:StatusCode", { Value: "urn:oasis:names:tc:SAML:2.0:status:Success" })),
    assertion(it, ids),
  );
}

function assertion(it: Statement, { assertion: id, session }: Ids): Element {
  return element(
    "saml:Assertion",
    { ID: id, IssueInstant: instant(it.now), Version: "2.0" },
    issuer(it),
    subject(it),
    logIn(it, session),
    attributes(it),
  );
}

function issuer({ issuer }: Statement): Element {
  return element("saml:Issuer", { Format: "urn:oasis:names:tc:SAML:2.0:nameid-format:entity" }, issuer);
}

function subject({ user, recipient, until }: Statement): Element {
  return element(
    "saml:Subject",
    {},
    element("saml:NameID", {}, user),
    element(
      "saml:SubjectConfirmation",
      { Method: "urn:oasis:names:tc:SAML:2.0:cm:bearer" },
      element("saml:SubjectConfirmationData", { NotOnOrAfter: until, Recipient: recipient }),
    ),
  );
}

function logIn({ issuer, now, until }: Statement, session: string): Element {
  return element(
    "saml:AuthnStatement",
    { AuthnInstant: instant(now), SessionIndex: session, SessionNotOnOrAfter: until },
    element(
      "saml:AuthnContext",
      {},
      element("saml:AuthnContextClassRef", {}, "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"),
      element("saml:AuthenticatingAuthority", {}, issuer),
    ),
  );
}

/** https://docs.openstack.org/keystone/latest/admin/federation/configure_federation.html#keystone-as-an-identity-provider-idp */
function attributes(it: Statement): Element {
  const groups = it.groups.map((group) => `JSON:${JSON.stringify(group)}`);
  return element(
    "saml:AttributeStatement",
    {},
    attribute("openstack_user", [it.user]),
    attribute("openstack_roles", it.roles),
    attribute("openstack_project", [it.project]),
    attribute("openstack_project_domain", [it.projectDomain]),
    attribute("openstack_user_domain", [it.userDomain]),
    ...(groups.length > 0 ? [attribute("openstack_groups", groups)] : []),
  );
}

function attribute(name: string, values: readonly string[]): Element {
  const format = { Name: name, NameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:uri" };
  const typed = { "xmlns:xs": "http://www.w3.org/2001/XMLSchema", "xsi:type": "xs:string" };
  return element("saml:Attribute", format, ...values.map((it): Element => element("saml:AttributeValue", typed, it)));
}

function instant(iso: string): string {
  return `${iso.slice(0, 19)}Z`;
}

const canonical = "http://www.w3.org/2001/10/xml-exc-c14n#";
const one = `//*[local-name(.)='Assertion' and namespace-uri(.)='${names.saml}']`;

/** Signs the one assertion within a document: enveloped, behind its issuer. */
function signed(document: string, { privateKey, certificate }: SamlKey): string {
  const signature = new SignedXml({
    privateKey,
    publicCert: certificate,
    idAttribute: "ID",
    canonicalizationAlgorithm: canonical,
    signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  });
  signature.addReference({
    xpath: one,
    digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
    transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", canonical],
  });
  const location = { reference: `${one}/*[local-name(.)='Issuer']`, action: "after" as const };
  signature.computeSignature(document, { prefix: "ds", location });
  return signature.getSignedXml();
}
