/** What neighbours may ask of compute: nothing yet; compute asks them. */
export type Compute = Record<never, never>;
