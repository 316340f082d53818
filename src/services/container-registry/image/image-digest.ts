/** What an image's bytes are called beside their SHA-512, which not all clients take. */
export interface ImageDigest {
  readonly imageId: string;
  /** Hexadecimal. */
  readonly sha256: string;
}
