import { expect } from 'chai';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment, type Experiment } from '../../../experiments/spec/load.js';
import { round, runOrder } from '../../../experiments/spec/vary.js';
import { schedule } from '../../../experiments/run/schedule.js';
import type { DetailedRun } from '../../../experiments/run/run_summary.js';
import { latency, run } from './fixtures.js';

const NAME = 'name: a\npipeline: { feed: { seed: 7 } }\n';
const TWO = `${NAME}vary: { pipeline.build: [dpdk, socket] }\n`;

function read(text: string): Experiment {
  return readExperiment(SpecDocument.parse('x.yaml', text));
}

/** Makes what the schedule asks for; a run's p50 comes from `p50`. */
function made(experiment: Experiment, p50: (variant: number, run: number) => number, valid: (variant: number, run: number) => boolean = () => true): { readonly counts: readonly number[]; readonly said: readonly string[]; readonly places: readonly string[] } {
  const runs: DetailedRun[][] = experiment.variants.map(() => []);
  const said: string[] = [];
  const places: string[] = [];
  for (const next of schedule(experiment, runs, (line) => said.push(line))) {
    places.push(next.place);
    runs[next.variant]?.push(run({ valid: valid(next.variant, next.run), latency_ns: { tick_to_ack: latency(p50(next.variant, next.run)) } }));
  }
  return { counts: runs.map(({ length }) => length), said, places };
}

describe('experiments/run/schedule', () => {
  it('makes what is asked for and no more', () => {
    expect(made(read(`${TWO}repeat: { runs: 3 }\n`), () => 1)).to.deep.equal({ counts: [3, 3], said: [], places: ['[1/6]', '[2/6]', '[3/6]', '[4/6]', '[5/6]', '[6/6]'] });
  });

  it('goes on in whole rounds until the intervals are narrow', () => {
    const experiment = read(`${TWO}compare: {}\nrepeat: { runs: 5, at_most: 30, until: { interval: 4% } }\n`);
    const noise = [1, -1, 0.4, -0.6, 0.2, -0.3, 0.7, -0.8];
    const outcome = made(experiment, (variant, i) => 2_000 * (1 + variant) * (1 + 0.04 * (noise[(i * 3 + variant) % noise.length] ?? 0)));
    expect(outcome.counts[0]).to.equal(outcome.counts[1]).and.be.within(6, 29);
    expect(outcome.said.join()).to.match(/^after \d+ runs of each variant the primary metrics are known to ±4\.0 %$/);
    expect(outcome.places[0]).to.equal('[1/10 to 60]');
  });

  it('stops at once where they are narrow, and at the cap where they never are', () => {
    const text = `${TWO}compare: {}\nrepeat: { runs: 4, at_most: 8, until: { interval: 2% } }\n`;
    expect(made(read(text), (variant) => 1_000 + variant).counts).to.deep.equal([4, 4]);
    const wild = made(read(text), (_, i) => 1_000 * (1 + (i % 4)));
    expect(wild.counts).to.deep.equal([8, 8]);
    expect(wild.said.join()).to.match(/after 8 runs \(repeat\.at_most\) the primary metrics are not known to ±2\.0 %/);
  });

  it('stops with a line at the first invalid run, and knows nothing of three runs', () => {
    const text = (runs: number): string => `${TWO}compare: {}\nrepeat: { runs: ${runs}, at_most: 12, until: { interval: 2% } }\n`;
    const wild = (_: number, i: number): number => 1_000 * (1 + (i % 4));
    const lossy = made(read(text(4)), wild, (variant, i) => variant === 0 || i < 5);
    expect(Math.max(...lossy.counts)).to.equal(6);
    expect(lossy.said.join()).to.match(/^repeat\.until: no further rounds, because a run is invalid/);
    expect(made(read(text(2)), () => 1_000).counts).to.deep.equal([4, 4]);
  });

  it('looks at the figure itself where there is one variant', () => {
    const text = `${NAME}compare: {}\nrepeat: { runs: 4, at_most: 8, until: { interval: 2% } }\n`;
    expect(made(read(text), () => 1_000).counts).to.deep.equal([4]);
    expect(made(read(text), (_, i) => 1_000 * (1 + (i % 4))).counts).to.deep.equal([8]);
  });
});

describe('randomised rounds', () => {
  it('have every variant once, in an order of their own that the seed gives', () => {
    const order = runOrder(4, 20, 'randomised', 7);
    const rounds = Array.from({ length: 20 }, (_, i) => order.slice(4 * i, 4 * i + 4));
    for (const [i, one] of rounds.entries()) {
      expect(one.map(({ run: of }) => of)).to.deep.equal([i, i, i, i]);
      expect(one.map(({ variant }) => variant).sort()).to.deep.equal([0, 1, 2, 3]);
    }
    expect(new Set(rounds.map((one) => one.map(({ variant }) => variant).join())).size).to.be.above(8);
    expect(runOrder(4, 20, 'randomised', 7)).to.deep.equal(order);
    expect(runOrder(4, 20, 'randomised', 8)).to.not.deep.equal(order);
    expect(round(4, 3, 'randomised', 7)).to.deep.equal(rounds[3]);
  });

  it('put each variant first about as often as any other', () => {
    const first = Array.from({ length: 300 }, (_, run) => round(3, run, 'randomised', 7)[0]?.variant);
    for (const variant of [0, 1, 2]) expect(first.filter((one) => one === variant).length).to.be.within(70, 130);
  });
});
