/** Numbers that a seed draws: the same again with the same seed (xorshift). */
export function chances(seed: number) {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  return { below: (n: number) => next() % Math.max(1, n) };
}
