/**
 * Whether a rule's condition holds, reading by reading: a window over what one engine showed, in bounded memory.
 *
 * What cannot be judged does not hold: rates and absence outside the measured phase, statistics of a window in which nothing was counted,
 * counters that nobody keeps, counts and absence of series that nobody counts.
 */
import type { Reading } from '../live/reading.js';
import { BurnWindow } from './burn_window.js';
import { holds, type Comparison } from './comparison.js';
import { GrowthWindow } from './growth_window.js';
import { LatencyWindow } from './latency_window.js';
import { MeasuredTime } from './measured_time.js';
import type { Budget, Condition, Rule } from './rule.js';
import { LOSS_COUNTERS, type EventName } from './subjects.js';

export interface Evaluation {
  readonly holds: boolean;
  /**
   * In the unit of unitOf(rule.condition); null where there is nothing to judge, and then it does not hold. Infinity is a share of nothing:
   * the one counter grew, the other did not.
   */
  readonly value: number | null;
}

/** One condition watching one engine: it remembers what its window needs. */
type Watch = (reading: Reading) => Evaluation;

const NOTHING: Evaluation = { holds: false, value: null };
const NS_PER_MS = 1e6;
const MS_PER_SECOND = 1e3;

/** Takes the readings of one engine at a time; with another run of it, it begins anew. */
export class Evaluator {
  readonly #rule: Rule;
  #runId = '';
  #watch: Watch;

  constructor(rule: Rule) {
    this.#rule = rule;
    this.#watch = watchOf(rule.condition, rule.overSeconds);
  }

  evaluate(reading: Reading): Evaluation {
    if (reading.of.runId !== this.#runId) {
      this.#runId = reading.of.runId;
      this.#watch = watchOf(this.#rule.condition, this.#rule.overSeconds);
    }
    return this.#watch(reading);
  }
}

function watchOf(condition: Condition, overSeconds: number): Watch {
  switch (condition.kind) {
    case 'latency': return watchLatency(condition, overSeconds);
    case 'rate': return condition.per === null ? watchRate(condition, overSeconds) : watchShare(condition, condition.per, overSeconds);
    case 'counter': return ({ counters }) => judged(counters[condition.counter] ?? null, condition.comparison, condition.limit);
    case 'absent': return watchAbsence(condition.series, overSeconds);
    case 'engine_absent': return (reading) => engineAbsent(reading, overSeconds);
    case 'burn': return watchBurn(condition, overSeconds);
    case 'burn_windows': return watchBurnWindows(condition.series, condition.budget);
    case 'event': return watchEvent(condition.event, overSeconds);
  }
}

function judged(value: number | null, comparison: Comparison, limit: number): Evaluation {
  return value === null ? NOTHING : { holds: holds(value, comparison, limit), value };
}

function watchLatency({ series, statistic, comparison, limit }: Condition & { kind: 'latency' }, overSeconds: number): Watch {
  const window = new LatencyWindow(overSeconds);
  const measured = new MeasuredTime(overSeconds);
  return (reading) => {
    window.take(reading.second, reading.series[series]);
    const whole = measured.take(reading);
    // A quantile of half a window is one; a count of half a window is half a count.
    const judgeable = statistic !== 'count' || (whole && reading.countedSeries.includes(series));
    return judgeable ? judged(window.statistic(statistic), comparison, limit) : NOTHING;
  };
}

/** Counted from the first reading of the measured phase, whose own second may have begun in warm-up. */
function watchGrowth(counters: readonly string[], overSeconds: number, value: (growth: readonly number[], seconds: number) => number | null): (reading: Reading) => number | null {
  let window: GrowthWindow | null = null;
  return (reading) => {
    if (reading.state !== 'measure' || counters.some((name) => reading.counters[name] === undefined)) {
      window = null;
      return null;
    }
    window ??= new GrowthWindow(overSeconds, counters, null);
    window.take(reading);
    const seconds = window.seconds;
    return seconds === 0 ? null : value(window.growth, seconds);
  };
}

function watchRate({ counter, comparison, limit }: Condition & { kind: 'rate' }, overSeconds: number): Watch {
  const rate = watchGrowth([counter], overSeconds, ([growth = 0], seconds) => growth / seconds);
  return (reading) => judged(rate(reading), comparison, limit);
}

function watchShare({ counter, comparison, limit }: Condition & { kind: 'rate' }, per: string, overSeconds: number): Watch {
  const share = watchGrowth([counter, per], overSeconds, ([part = 0, whole = 0]) => (part === 0 && whole === 0 ? null : part / whole));
  return (reading) => judged(share(reading), comparison, limit);
}

function watchAbsence(series: string, overSeconds: number): Watch {
  const window = new LatencyWindow(overSeconds);
  const measured = new MeasuredTime(overSeconds);
  return (reading) => {
    window.take(reading.second, reading.series[series]);
    const whole = measured.take(reading);
    return whole && reading.countedSeries.includes(series) ? judged(window.count, '==', 0) : NOTHING;
  };
}

/** An engine that has not begun to publish is starting, and one that is done has said so: neither is missed. */
function engineAbsent({ state, heartbeatAgeMs }: Reading, overSeconds: number): Evaluation {
  return state === 'done' || !Number.isFinite(heartbeatAgeMs) ? NOTHING : judged(heartbeatAgeMs * NS_PER_MS, '>', overSeconds * MS_PER_SECOND * NS_PER_MS);
}

function watchBurn({ series, budget, comparison, limit }: Condition & { kind: 'burn' }, overSeconds: number): Watch {
  const window = new BurnWindow(overSeconds, budget);
  return (reading) => {
    window.take(reading.second, reading.series[series]);
    return judged(window.burn, comparison, limit);
  };
}

/** Its value is the slower of the two burns, in the entry that is nearest to its limit, or farthest beyond. */
function watchBurnWindows(series: string, budget: Budget): Watch {
  const entries = budget.windows.map(({ longSeconds, shortSeconds, burn }) => ({
    limit: burn,
    long: new BurnWindow(longSeconds, budget),
    short: new BurnWindow(shortSeconds, budget),
  }));
  return (reading) => {
    let worst = NOTHING;
    let highest = -Infinity;
    for (const { limit, long, short } of entries) {
      long.take(reading.second, reading.series[series]);
      short.take(reading.second, reading.series[series]);
      if (long.burn === null || short.burn === null) continue;
      const value = Math.min(long.burn, short.burn);
      if (value / limit > highest) {
        highest = value / limit;
        worst = { holds: value > limit, value };
      }
    }
    return worst;
  };
}

function watchEvent(event: EventName, overSeconds: number): Watch {
  switch (event) {
    case 'kill_switch': return ({ killed }) => judged(Number(killed), '>', 0);
    case 'breaker': return ({ broken }) => judged(Number(broken), '>', 0);
    case 'losses': {
      // Counted from 0: what was lost before the first reading was lost in this run.
      const window = new GrowthWindow(overSeconds, LOSS_COUNTERS, LOSS_COUNTERS.map(() => 0));
      return (reading) => {
        window.take(reading);
        return judged(window.growth.reduce((sum, grown) => sum + grown, 0), '>', 0);
      };
    }
  }
}
