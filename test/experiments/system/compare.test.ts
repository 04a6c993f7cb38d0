/** A real experiment that varies one thing whose effect is known: 20 µs of spinning at venue.match in every order. */
import { expect } from 'chai';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Comparison } from '../../../experiments/compare/comparison.js';
import { Commands, requireExperiments } from './command.js';

const KNOWN = `
name: known-difference
pipeline: { feed: { seed: 7, rate: 4kpps }, oms: { every: 4 }, journal: { device: memory, size: 64MiB } }
probes: { lane: stream, sample: 1/1, stalls: true }
vary: { inject: [{ name: calm }, { name: busy, busy: { at: venue.match, for: 20us, every: 1 } }] }
compare: { primary: [tick_to_ack.p50] }
repeat: { warmup: 100ms, measure: 300ms, runs: 4 }
`;
const SPUN_NS = 20_000;

describe('a comparison of real runs', function () {
  this.timeout(240_000);
  let commands: Commands | undefined;
  before(function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
  });
  after(() => commands?.close());

  it('finds the known difference, its size and its hop, and a limit on it fails', async () => {
    const { folder } = commands!;
    const experiment = path.join(folder, 'known.yaml');
    writeFileSync(experiment, KNOWN);
    const ran = await commands!.start(['run', experiment]).ended;
    expect(ran.code, ran.output).to.equal(0);
    expect(ran.output).to.match(/busy over ring, 4 runs {2}against {2}calm over ring, 4 runs/);
    const page = /^comparison: (.*)$/m.exec(ran.output)?.[1] ?? '';
    expect(existsSync(page), ran.output).to.equal(true);
    const { comparisons } = JSON.parse(readFileSync(path.join(path.dirname(page), 'comparison.json'), 'utf8')) as { readonly comparisons: readonly Comparison[] };
    const pair = comparisons[0]?.pairs[0];
    const found = pair?.metrics.find(({ metric }) => metric === 'tick_to_ack.p50');
    expect(found?.verdict).to.equal('worse');
    const atMatch = found?.hops.find(({ hop }) => hop === 'venue.match');
    expect(atMatch?.middle).to.be.within(0.9 * SPUN_NS, 1.5 * SPUN_NS);
    expect(Math.max(...(found?.hops ?? []).filter(({ hop }) => hop !== 'venue.match').map(({ middle }) => Math.abs(middle)))).to.be.below(atMatch!.middle / 2);
    const sum = (found?.hops ?? []).reduce((total, { middle }) => total + middle, 0) + (found?.rest_ns ?? NaN);
    expect(sum).to.be.closeTo(found?.difference.middle ?? NaN, 1e-6);
    expect(pair?.cautions, 'the same orders on the same link and machine').to.deep.equal([]);

    const failed = await commands!.start(['compare', 'last', '--metric', 'tick_to_ack.p50', '--fail-on', 'tick_to_ack.p50 > +50%']).ended;
    expect(failed.code, failed.output).to.equal(99);
    const saved = await commands!.start(['compare', 'last:busy', '--save', 'busy']).ended;
    expect(saved.code, saved.output).to.equal(0);
    const better = await commands!.start(['compare', 'last:calm', '--against', 'busy', '--metric', 'tick_to_ack.p50']).ended;
    expect(better.output).to.match(/tick_to_ack\.p50 .* better$/m);
  });
});
