import { Unavailable } from "#platform/service/driver.ts";

/** The work's answer, unless it takes longer than so many milliseconds. What the work holds is for `late` to let go of. */
export async function within<T>(time: number, sentence: string, work: () => Promise<T>, late?: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, no) => {
    timer = setTimeout(() => {
      late?.();
      no(new Unavailable(sentence));
    }, time);
  });
  try {
    return await Promise.race([work(), over]);
  } finally {
    clearTimeout(timer);
  }
}
