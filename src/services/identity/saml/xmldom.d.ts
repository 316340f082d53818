// The part that is used here: the package's own declarations bring a browser's whole world into the program.
interface XmlNode {
  appendChild(child: XmlNode): XmlNode;
}
interface XmlElement extends XmlNode {
  setAttribute(name: string, value: string): void;
  setAttributeNS(space: string, name: string, value: string): void;
}
export class DOMImplementation {
  createDocument(
    space: null,
    name: string,
    type: null,
  ): {
    createElementNS(space: string, name: string): XmlElement;
    createTextNode(text: string): XmlNode;
  };
}
export class XMLSerializer {
  serializeToString(node: XmlNode): string;
}
