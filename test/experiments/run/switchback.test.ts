import { expect } from 'chai';
import { equivalenceOf } from '../../../experiments/run/equivalence.js';
import { StallSwitch, ratiosOf, type TurnFigures } from '../../../experiments/run/switchback.js';
import { parseThreshold } from '../../../experiments/spec/thresholds.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './fixtures.js';

const turn = (on: boolean, p50: number): TurnFigures => ({ on, orders: 100, p50 });

describe('experiments/run/switchback', () => {
  it('compares neighbouring turns, whichever comes first', () => {
    expect(ratiosOf([turn(false, 1000), turn(true, 1010), turn(true, 2020), turn(false, 2000)])).to.deep.equal([1.01, 1.01]);
  });

  it('leaves out a pair without orders, and the turn that has no neighbour', () => {
    expect(ratiosOf([turn(false, 0), turn(true, 1010), turn(true, 2000), turn(false, 2000), turn(false, 1)])).to.deep.equal([1]);
  });

  it('cancels a drift within each four turns', () => {
    const [first = 0, second = 0] = ratiosOf([turn(false, 1000), turn(true, 1010), turn(true, 1020), turn(false, 1030)]);
    expect(first * second).to.be.closeTo(1, 1e-3);
  });

  it('is what an equivalence is judged by where there are turns', () => {
    const { measure } = parseThreshold('equivalence', 'probes.stalls tick_to_ack.p50 within 2%');
    if (measure.kind !== 'equivalence') throw new Error('not an equivalence');
    const switchback = Array.from({ length: 16 }, (_, i) => turn(i % 2 === 1, i % 2 === 1 ? 1010 : 1000));
    const found = equivalenceOf(measure, [{ name: 'dpdk', settings: {}, runs: [run({ switchback })] }]);
    expect(found).to.include({ base: 'false', other: 'true', rounds: 8 });
    expect(found!.farthest).to.be.closeTo(0.01, 1e-9);
    expect(equivalenceOf(measure, [{ name: 'dpdk', settings: {}, runs: [run({ switchback, valid: false })] }])).to.equal(undefined);
  });

  it('detaches and attaches in the order off, on, on, off, and leaves the programs attached', async () => {
    const calls: string[] = [];
    // A fake session that only says what it was told.
    const session = { attach: () => (calls.push('attach'), []), detach: () => void calls.push('detach') } as unknown as ConstructorParameters<typeof StallSwitch>[0];
    const turning = new StallSwitch(session, 1, [1], 20e6);
    await sleep(150);
    const turns = await turning.stop();
    expect(turns.slice(0, 4).map(({ on }) => on)).to.deep.equal([false, true, true, false]);
    expect(calls.slice(0, 3)).to.deep.equal(['detach', 'attach', 'detach']);
    expect(calls.at(-1)).to.equal('attach');
    expect(turns.every(({ fromNs, toNs }, i) => i === 0 || fromNs > (turns[i - 1]?.fromNs ?? 0n) && toNs > 0n)).to.equal(true);
  });
});
