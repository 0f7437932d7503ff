export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

type Check<T> = () => T | undefined | false | Promise<T | undefined | false>;

/** Asks again and again until the answer is truthy; says what it waited for when it never is. */
export async function waitFor<T>(what: string, check: Check<T>, ms = 10_000, every = 20): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`Waited ${ms} ms in vain for ${what}`);
    await sleep(every);
  }
}
