// The part that is used here: the package's own declarations bring a browser's whole world into the program.
interface Reference {
  readonly xpath: string;
  readonly digestAlgorithm: string;
  readonly transforms: readonly string[];
}
export class SignedXml {
  constructor(options: {
    privateKey: string;
    publicCert: string;
    idAttribute: string;
    canonicalizationAlgorithm: string;
    signatureAlgorithm: string;
  });
  addReference(reference: Reference): void;
  computeSignature(
    xml: string,
    options: { prefix: string; location: { reference: string; action: "append" | "prepend" | "before" | "after" } },
  ): void;
  getSignedXml(): string;
}
