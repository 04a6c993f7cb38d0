// Readings as an engine that measures would give them, with whatever a test wants to be different.
import type { Reading, Rule, SeriesDelta } from '../../../collector/index.js';
import { TIMED_SERIES, parseRules } from '../../../collector/index.js';

export const FIRST_SECOND = 1_700_000_000;

/** The one rule that these keys make, named `r`. */
export function ruleOf(keys: Readonly<Record<string, unknown>>): Rule {
  const [rule] = parseRules([{ name: 'r', ...keys }], undefined, {});
  if (rule === undefined) throw new Error('no rule');
  return rule;
}

/** @param after seconds since the first second */
export function readingAt(after: number, different: Partial<Reading> & { readonly runId?: string } = {}): Reading {
  const { runId = 'run-1', ...rest } = different;
  return {
    of: { runId, experiment: 'e', variant: '', build: 'socket', lane: 'stream', pid: 1 },
    second: FIRST_SECOND + after,
    atMs: (FIRST_SECOND + after) * 1000 + 20,
    seconds: 1,
    state: 'measure',
    heartbeatAgeMs: 3,
    counters: {},
    series: {},
    countedSeries: TIMED_SERIES,
    stalls: {},
    killed: false,
    broken: false,
    store: { pendingBytes: 0, lagMs: 0 },
    last: false,
    ...rest,
  };
}

/** Durations whose bucket's upper edge is the duration itself: each in a bucket of its own, 1 ns wide. */
export function durations(ns: readonly number[]): SeriesDelta {
  const counts = new Map<number, number>();
  for (const one of ns) counts.set(one, (counts.get(one) ?? 0) + 1);
  const edges = [...counts.keys()].sort((a, b) => a - b);
  return {
    count: ns.length,
    sumNs: ns.reduce((sum, one) => sum + one, 0),
    lowNs: edges,
    highNs: edges,
    counts: edges.map((edge) => counts.get(edge) ?? 0),
  };
}
