/** One condition as it is written: `tick_to_ack.p99 > 100us`, `rate(risk_rejects) / rate(orders) > 5%`, `absent(engine)`, `losses`. */
import { COMPARISONS, type Comparison } from './comparison.js';
import { nearest } from './nearest.js';
import { QuantityError } from './quantity_error.js';
import type { Condition } from './rule.js';
import {
  ALL_COUNTER_NAMES, COUNTER_GROUPS, EVENT_NAMES, FIRST_HOP, RATES, RATE_NAMES, RULE_STATISTICS, SERIES_NAMES, counterOf, oneOf, statisticOf,
  type RateName,
} from './subjects.js';
import { readCount, readDurationNs, readNumber, readRatePps, readShare } from './units.js';

/** A condition whose budget, where it burns one, stands under another key. */
export type WrittenCondition = Condition extends infer One ? (One extends Condition ? Omit<One, 'budget'> : never) : never;

const EXAMPLE = 'write for example "tick_to_ack.p99 > 100us"';
const ENGINE = 'engine';
/** What may stand in the place of a hop or span where a statistic is asked for. */
const HEADS: readonly string[] = [...SERIES_NAMES, ...COUNTER_GROUPS, 'counters', 'rates'];

/** Fails with a QuantityError that says what to write. */
export function parseWhen(when: string): WrittenCondition {
  const text = when.trim();
  if (/&&|\|\||\s(and|or)\s/i.test(text)) throw new QuantityError(`"${text}" holds more than one condition; write one rule for each`);
  const [, subject = '', sign, bound = ''] = /^(.*?)\s*(<=|>=|==|!=|<|>)\s*(.*)$/.exec(text) ?? [];
  const comparison = COMPARISONS.find((known) => known === sign);
  return comparison === undefined ? parseFact(text) : parseComparison(text, subject, comparison, bound);
}

/** What is true or not: nothing to compare. */
function parseFact(text: string): WrittenCondition {
  const event = EVENT_NAMES.find((known) => known === text);
  if (event !== undefined) return { kind: 'event', event };
  const called = callOf(text);
  if (called?.name === 'absent') {
    if (called.argument === ENGINE) return { kind: 'engine_absent' };
    return { kind: 'absent', series: timed(oneOf(called.argument, [...SERIES_NAMES, ENGINE], 'hop or span')) };
  }
  if (called?.name === 'burn') return { kind: 'burn_windows', series: burnt(called.argument) };
  const meant = /^[a-z_]+$/.test(text) ? nearest(text, EVENT_NAMES) : undefined;
  throw new QuantityError(`"${text}" is not a condition; ${meant === undefined ? `${EXAMPLE}, or one of ${EVENT_NAMES.join(', ')}` : `did you mean ${meant}?`}`);
}

function parseComparison(text: string, subject: string, comparison: Comparison, bound: string): WrittenCondition {
  if (subject === '' || bound === '') throw new QuantityError(`"${text}" is not a condition; ${EXAMPLE}`);
  const share = /^rate\(([^()]*)\)\s*\/\s*rate\(([^()]*)\)$/.exec(subject);
  if (share !== null) {
    return { kind: 'rate', counter: grown(share[1] ?? ''), per: grown(share[2] ?? ''), comparison, limit: readShare(bound) };
  }
  const called = callOf(subject);
  switch (called?.name) {
    case 'rate': return { kind: 'rate', counter: grown(called.argument), per: null, comparison, limit: perSecond(bound) };
    case 'burn': return { kind: 'burn', series: burnt(called.argument), comparison, limit: readNumber(bound) };
    case 'absent': throw new QuantityError(`"${subject}" is true or not; write it without "${comparison} ${bound}"`);
    case undefined: return parseFigure(subject, comparison, bound);
  }
}

/** `tick_to_ack.p99`, `feed.missed`, `counters.lost`, `rates.oms_pps`. */
function parseFigure(subject: string, comparison: Comparison, bound: string): WrittenCondition {
  if ((EVENT_NAMES as readonly string[]).includes(subject)) throw new QuantityError(`"${subject}" is an event; write it without "${comparison} ${bound}"`);
  if (SERIES_NAMES.includes(subject)) throw new QuantityError(`"${subject}" names no statistic; write for example ${subject}.p99`);
  if (ALL_COUNTER_NAMES.includes(subject)) throw new QuantityError(`"${subject}" is a counter; write counters.${subject}, or rate(${subject})`);
  const [, head = '', tail = ''] = /^(.+?)\.(p99\.9|[^.]*)$/.exec(subject) ?? [];
  if (SERIES_NAMES.includes(head)) return latency(head, tail, comparison, bound);
  if (head === 'rates') return { kind: 'rate', counter: RATES[oneOf<RateName>(tail, RATE_NAMES, 'rate')], per: null, comparison, limit: perSecond(bound) };
  if (head === 'counters' || COUNTER_GROUPS.includes(head)) return { kind: 'counter', counter: counterOf(head, tail), comparison, limit: readCount(bound) };
  const meant = nearest(head === '' ? subject : head, HEADS);
  throw new QuantityError(`there is nothing called "${subject}" to watch; ${meant === undefined ? `${EXAMPLE}, "feed.missed > 0" or "rate(risk_rejects) > 10"` : `did you mean ${meant}?`}`);
}

function latency(series: string, name: string, comparison: Comparison, bound: string): WrittenCondition {
  const statistic = statisticOf(name, RULE_STATISTICS);
  return { kind: 'latency', series: timed(series), statistic, comparison, limit: statistic === 'count' ? readCount(bound) : readDurationNs(bound) };
}

/** `name(argument)`, of the functions that exist. */
function callOf(text: string): { readonly name: 'rate' | 'absent' | 'burn'; readonly argument: string } | undefined {
  const [whole, name = '', argument = ''] = /^([a-z_]+)\s*\(([^()]*)\)$/.exec(text) ?? [];
  return whole === undefined ? undefined : { name: oneOf(name, ['rate', 'absent', 'burn'], 'function'), argument: argument.trim() };
}

function burnt(series: string): string {
  return timed(oneOf(series, SERIES_NAMES, 'hop or span'));
}

function timed(series: string): string {
  if (series !== FIRST_HOP) return series;
  throw new QuantityError(`${FIRST_HOP} is where durations begin, nothing is counted of it; name another hop or span, for example tick_to_ack, or watch the feed with rate(feed_packets)`);
}

/** A counter's own name, or as a threshold writes it: `feed.missed`. */
function grown(argument: string): string {
  const [, group, name = ''] = /^\s*(?:([a-z]+)\.)?([^\s]+)\s*$/.exec(argument) ?? [];
  if (group === undefined) return counterOf('counters', name);
  return counterOf(oneOf(group, [...COUNTER_GROUPS, 'counters'], 'group of counters'), name);
}

/** `1000`, `2k`, `10/s`, `200kpps`. */
function perSecond(bound: string): number {
  return /pps$/i.test(bound) ? readRatePps(bound) : readNumber(bound.replace(/\s*\/\s*s$/, ''));
}
