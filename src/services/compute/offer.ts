import type { Compute } from "./index.ts";
import { answerMetadata } from "./metadata/answer.api.ts";

/** The answers to what neighbours ask. */
export const computeOffer: Compute = { answerMetadata };
