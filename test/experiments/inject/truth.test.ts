import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { injectionsOf, readIntervals, wallNs, type RunClock, type Truth } from '../../../experiments/inject/truth.js';

/** 2.5 GHz: a tick is 0.4 ns. */
const CLOCK: RunClock = { tscMillihertz: 2_500_000_000_000n, tsc: 1_000_000n, realtimeNs: 1_772_357_400_000_000_007n };

describe('experiments/inject/truth', () => {
  it('puts readings of the counter on the rows\' time axis, exact to the ns, on both sides of the reference', () => {
    expect(wallNs(CLOCK, 1_000_000n)).to.equal(CLOCK.realtimeNs);
    expect(wallNs(CLOCK, 1_000_000n + 25_000_000_000n)).to.equal(CLOCK.realtimeNs + 10_000_000_000n);
    expect(wallNs(CLOCK, 1_000_000n - 2_500n)).to.equal(CLOCK.realtimeNs - 1_000n);
  });

  it('makes an injection of every interval', () => {
    const truth: Truth = {
      disturbances: [{ kind: 'hog', who: 'hopscope-hog', intervals: [{ fromTsc: 1_000_000n, toTsc: 1_002_500n }, { fromTsc: 1_005_000n, toTsc: 1_005_025n }], interrupts: 0 }],
      conditions: [],
    };
    expect(injectionsOf(truth, CLOCK).map(({ kind, who, fromNs, toNs }) => [kind, who, fromNs - CLOCK.realtimeNs, toNs - CLOCK.realtimeNs])).to.deep.equal([
      ['hog', 'hopscope-hog', 0n, 1_000n],
      ['hog', 'hopscope-hog', 2_000n, 2_010n],
    ]);
  });

  it('reads what the disturber wrote, and leaves out a pair that a kill cut in two', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'hopscope-truth-'));
    try {
      const bytes = Buffer.alloc(40);
      [3n, 9n, 2n ** 60n, 2n ** 60n + 5n, 77n].forEach((value, i) => bytes.writeBigUInt64LE(value, 8 * i));
      const file = path.join(directory, 'stop.tsc');
      writeFileSync(file, bytes);
      expect(readIntervals(file)).to.deep.equal([{ fromTsc: 3n, toTsc: 9n }, { fromTsc: 2n ** 60n, toTsc: 2n ** 60n + 5n }]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
