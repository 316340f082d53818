import type { Content } from "#platform/service/content.ts";
import type { Join } from "#platform/store/join.ts";

/** What a guest asked the metadata address, and from where. */
export interface MetadataQuestion {
  readonly networkId: string;
  readonly sourceIp: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}
export interface MetadataAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Content;
}
/** What neighbours may ask of compute. */
export interface Compute {
  /** Answers a guest that asks 169.254.169.254, by its address on its network. */
  answerMetadata(tx: Join, question: MetadataQuestion): Promise<MetadataAnswer>;
}
