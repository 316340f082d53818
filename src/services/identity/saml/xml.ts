import { DOMImplementation, XMLSerializer } from "@xmldom/xmldom";
import { names } from "./saml.ts";

/** An element as it is to be written. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: readonly (Element | string)[];
}

/** `element("saml:Issuer", { Format: "…" }, "https://…")` */
export function element(name: string, attributes: Element["attributes"], ...content: Element["content"]): Element {
  return { name, attributes, content };
}

/** The text of an XML document. Characters that XML has not are replaced. */
export function xml(root: Element): string {
  const document = new DOMImplementation().createDocument(null, "", null);
  const build = ({ name, attributes, content }: Element) => {
    const node = document.createElementNS(spaceOf(name), name);
    for (const [key, value] of Object.entries(attributes))
      if (key.includes(":")) node.setAttributeNS(spaceOf(key), key, legal(value));
      else node.setAttribute(key, legal(value));
    for (const one of content)
      node.appendChild(typeof one === "string" ? document.createTextNode(legal(one)) : build(one));
    return node;
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(build(root))}`;
}

function spaceOf(name: string): string {
  return names[name.slice(0, name.indexOf(":")) as keyof typeof names];
}

/** https://www.w3.org/TR/xml/#charsets */
function legal(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}
