/** What several keys of an experiment are written with: whole numbers, and one of some words. */
import { z } from 'zod';

export function whole(low: number, high: number) {
  return z.number({ error: (issue) => `${JSON.stringify(issue.input)} is not a number; write a whole number between ${low} and ${high}` })
    .refine((value) => Number.isInteger(value) && value >= low && value <= high, { error: (issue) => `${String(issue.input)} is not possible; write a whole number between ${low} and ${high}` });
}

/** One of some words; words of later versions are named as such. */
export function word<const Word extends string>(words: readonly [Word, ...Word[]], later: readonly string[] = []) {
  return z.enum(words, {
    error: (issue) =>
      later.includes(String(issue.input))
        ? `${String(issue.input)} is not in this version; write ${words.join(' or ')}`
        : `${JSON.stringify(issue.input)} is none of ${words.join(', ')}`,
  });
}
