import type { Context } from 'mocha';

/** Skips the running test; the reason is printed at the end of `npm test`. */
export function skip(context: Context, reason: string): never {
  const test = context.test as (Mocha.Runnable & { skipReason?: string }) | undefined;
  if (test) test.skipReason = reason;
  return context.skip();
}
