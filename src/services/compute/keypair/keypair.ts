export interface Keypair {
  /** Nova's small number of it. */
  readonly id: number;
  readonly userId: string;
  readonly name: string;
  readonly kind: KeypairKind;
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly createdAt: string;
}
export type KeypairKind = "ssh" | "x509";

/** What is made when no public key was given; the private half is handed out once and kept nowhere. */
export interface NewKey {
  readonly publicKey: string;
  readonly privateKey: string;
}
