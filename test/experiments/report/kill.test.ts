import { expect } from 'chai';
import { killSection, type KilledRun } from '../../../experiments/report/kill.js';
import type { KillFigures } from '../../../experiments/run/kill_figures.js';
import type { RunSummary } from '../../../experiments/summary.js';
import { formatCount, formatNs } from '../../../experiments/report/quantity.js';
import { sampleInput } from './sample.js';

const SAMPLE = sampleInput();

const KILL: KillFigures = {
  trips: 500, by: { drill: 500 }, last_order_ns: { p50: 0, p99: 120, max: 300 }, asked_ns: { p50: 900, p99: 9_000, max: 12_000 }, confirmed_ns: { p50: 8_000, p99: 40_000, max: 90_000 },
  unconfirmed: 1, requests: 2_004, open_orders: 0, late_orders: 0, checked_orders: 123_456,
};

function sectionOf(kill: KillFigures | null): string | undefined {
  const [variant] = SAMPLE.summary.variants;
  const [run] = variant?.runs ?? [];
  if (variant === undefined || run === undefined) throw new Error('the sample has no run');
  const killed: RunSummary & KilledRun = { ...run, kill };
  return killSection({ ...SAMPLE, summary: { ...SAMPLE.summary, variants: [{ ...variant, runs: [killed] }] } })?.text;
}

describe('experiments/report: kill switch', () => {
  it('is not there where nobody pulled it', () => {
    expect(sectionOf(null)).to.equal(undefined);
  });

  it('says who, how often, what came late and how long it took', () => {
    const text = sectionOf(KILL);
    for (const cell of ['drill', '500', formatCount(123_456), [0, 120, 300].map(formatNs).join(' / '), [8_000, 40_000, 90_000].map(formatNs).join(' / ')]) expect(text).to.include(`>${cell}<`);
  });

  it('does not call orders timely that were not stored', () => {
    expect(sectionOf({ ...KILL, late_orders: null })).to.include('not all stored');
  });
});
