import { bare, names, type Voice } from "./saml.ts";
import { type Element, element, xml } from "./xml.ts";

/** What other clouds have to know of this one: its name, its certificate. */
export function metadata({ entityId, signOnUrl }: Voice, certificate: string): string {
  const key: Element = element("ds:X509Data", {}, element("ds:X509Certificate", {}, bare(certificate)));
  return xml(
    element(
      "md:EntityDescriptor",
      { entityID: entityId },
      element(
        "md:IDPSSODescriptor",
        { protocolSupportEnumeration: names.samlp },
        element("md:KeyDescriptor", { use: "signing" }, element("ds:KeyInfo", {}, key)),
        element("md:NameIDFormat", {}, "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"),
        element("md:SingleSignOnService", { Binding: "urn:oasis:names:tc:SAML:2.0:bindings:URI", Location: signOnUrl }),
      ),
    ),
  );
}
