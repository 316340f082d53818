/** The first answer is kept; a failure is not. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= work().catch((why) => {
      answer = undefined;
      throw why;
    });
    return answer;
  };
}
