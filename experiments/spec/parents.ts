/** Parent orders of an experiment: `pipeline.oms.parents`. Output in base units; times are market time from the first measured message. */
import { z } from 'zod';
import { readCount, readDurationNs, readShare } from '../../collector/index.js';
import { quantity } from './quantity.js';
import { whole, word } from './words.js';

export const ALGORITHMS = ['twap', 'vwap', 'pov', 'is'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

const DAY_NS = 86_400e9;

const price = z.number({ error: (issue) => `${JSON.stringify(issue.input)} is not a price; write for example 100.25` })
  .refine((value) => value > 0 && value <= 200_000 && Math.abs(value * 1e4 - Math.round(value * 1e4)) < 1e-6, 'a price is above 0 and at most 200000, in steps of 0.0001');

export const Parent = z.strictObject({
  name: z.string({ error: 'a parent order needs a name' }).regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'use up to 32 lower-case letters, digits and hyphens'),
  /** Its name in the feed's stock directory (simulated ones are HS00001 …), or its stock locate. */
  symbol: z.union([whole(1, 65_535), z.string().regex(/^[A-Z][A-Z0-9.=+-]{0,7}$/, 'write a symbol such as HS00001, of up to 8 capital letters and digits, or a stock locate such as 1')],
    { error: 'write a symbol such as HS00001, or a stock locate such as 1' }),
  side: word(['buy', 'sell']),
  quantity: quantity(readCount, 1, 2 ** 30, 'between 1 and 2^30'),
  algo: word(ALGORITHMS),
  start: quantity(readDurationNs, 0, DAY_NS, 'at most 24h').default(0),
  end: quantity(readDurationNs, 1e3, DAY_NS, 'between 1us and 24h'),
  /** Equal parts of the time from start to end; each has a target. */
  slices: whole(1, 1_000).default(10),
  /** take: the far touch. post: it rests at the near touch while it is in time, and takes where it is behind by more than half its band. */
  style: word(['take', 'post']).default('take'),
  /** post: where the near touch has gone elsewhere, the child is asked back and another one sent at a later check, or replaced (one message). */
  repost: word(['cancel', 'replace']).default('cancel'),
  /** No child trades beyond it. */
  limit: price.optional(),
  /** Of a slice's length: its first child comes so much later at most, drawn by the feed's seed. */
  randomise: quantity(readShare, 0, 1, 'between 0% and 100%').default(0),
  /** What a slice did not do is the next one's too. */
  catch_up: z.boolean({ error: 'write true or false' }).default(true),
  /** What is left shortly before the end goes out at any price within the limit. */
  sweep: z.boolean({ error: 'write true or false' }).default(true),
  /** Of the quantity: so far from its target a slice may end. */
  band: quantity(readShare, 0, 1, 'between 0% and 100%').default(0.05),
  /** Highest share of all shares traded in the symbol, its own included; the sweep is not held to it. */
  cap: quantity(readShare, 1e-6, 0.999_999, 'above 0% and below 100%').optional(),
  /** pov: the share of all shares traded that it wants to be. */
  rate: quantity(readShare, 1e-6, 0.999_999, 'above 0% and below 100%').optional(),
  /** is: Almgren and Chriss's kappa x duration; 0 is even, as twap. */
  urgency: z.number({ error: 'write a number from 0 to 100' }).min(0, 'write a number from 0 to 100').max(100, 'write a number from 0 to 100').optional(),
  /** vwap: `history` (the volumes of the warm-up), or a file with one volume a line, for equal parts of the time from start to end. */
  curve: z.string().min(1, 'write history, or the name of a file').optional(),
});

export type ParentSettings = Readonly<z.output<typeof Parent>>;

/** Which algorithm a key belongs to. */
const ONLY_OF = { rate: 'pov', urgency: 'is', curve: 'vwap' } as const;

/** What the schema of single keys cannot say; `at`: keys below the parent. */
export function* parentConflicts(parents: readonly ParentSettings[]): Iterable<{ readonly at: readonly (string | number)[]; readonly what: string }> {
  for (const [i, parent] of parents.entries()) {
    if (parents.findIndex(({ name }) => name === parent.name) < i) yield { at: [i, 'name'], what: `two parent orders are called ${parent.name}; give each its own name` };
    if (parent.end <= parent.start) yield { at: [i, 'end'], what: 'it ends before it starts; both count from the first measured message' };
    else if ((parent.end - parent.start) / parent.slices < 1e3) yield { at: [i, 'slices'], what: 'a slice is shorter than 1us; write fewer slices, or a later end' };
    for (const [key, algo] of Object.entries(ONLY_OF)) {
      if (parent[key as keyof typeof ONLY_OF] !== undefined && parent.algo !== algo) yield { at: [i, key], what: `belongs to algo: ${algo}; remove it, or write algo: ${algo}` };
    }
    if (parent.repost === 'replace' && parent.style !== 'post') yield { at: [i, 'repost'], what: 'belongs to style: post, whose children rest; remove it, or write style: post' };
    if (parent.algo === 'pov' && parent.rate === undefined) yield { at: [i], what: 'algo: pov needs the share of the volume that it shall be; add rate: 10%' };
    if (parent.algo === 'is' && parent.urgency === undefined) yield { at: [i], what: 'algo: is needs to know how urgent it is; add urgency: 2' };
    if (parent.algo === 'vwap' && parent.curve === undefined) yield { at: [i], what: 'algo: vwap needs a volume curve; add curve: history, or curve: FILE' };
  }
}
