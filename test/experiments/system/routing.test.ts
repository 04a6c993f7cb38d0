/** Venues that share the feed's orders, a router that scores them: the same decisions in every build, and a journal that tells each of them. */
import { expect } from 'chai';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DetailedRun } from '../../../experiments/run/run_summary.js';
import { Commands, requireExperiments, summaryOf } from './command.js';

/** Venue B is out for a while, C is late. */
const SMART = `
name: smart
pipeline:
  feed: { seed: 7, messages: 6000, liquidity: split }
  oms: { every: 20, quantity: 600, limit_percent: 20, market_percent: 40, ack_timeout: 100us }
  router: { rule: smart, reroutes: 3, weights: { latency: 0.00001, rejects: 0.001 }, out_after: 2, probe_every: 200us }
  venues:
    - { name: A, fees: { make: -0.0020, take: 0.0030 } }
    - { name: B, fees: { make: 0.0018, take: -0.0012 }, outage: { after: 1ms, for: 2ms } }
    - { name: C, latency: 20us }
    - { name: D, fees: { take: 0.0010 } }
  journal: { size: 16MiB, keep: true }
pacing: lockstep
repeat: { warmup: 0s, runs: 1 }
vary: { pipeline.build: [dpdk, socket] }
thresholds: { digests: { equal: [orders, books, journal, oms] } }
`;

describe('experiments/system: routing', function () {
  this.timeout(60_000);
  let commands: Commands | undefined;

  before(function () {
    requireExperiments(this, ['dpdk', 'socket']);
    commands = new Commands();
  });

  after(() => commands?.close());

  it('decides alike in every build, takes a venue out that does not answer, and says why', async () => {
    const file = path.join(commands!.folder, 'smart.yaml');
    const json = path.join(commands!.folder, 'smart.json');
    writeFileSync(file, SMART);
    const { code, output } = await commands!.start(['run', file, '--json', json]).ended;
    expect(code, output).to.equal(0);
    const runs: readonly DetailedRun[] = summaryOf(json).variants.flatMap((variant) => variant.runs);
    for (const { routing, venues } of runs) {
      expect(routing?.venues_taken_out).to.be.greaterThan(0);
      expect(routing?.probes).to.be.greaterThan(0);
      expect(venues[1]?.lost_in_outage).to.be.greaterThan(0);
      for (const venue of routing?.venues ?? []) expect(venue.filled_shares, venue.name).to.be.greaterThan(0);
    }
    const [first] = runs;
    expect(first?.routing?.venues).to.deep.equal(runs[1]?.routing?.venues);
    const results = path.join(commands!.folder, 'results');
    const [folder = ''] = readdirSync(results).filter((name) => name.startsWith('smart-'));
    const verified = await commands!.start(['journal', 'verify', path.join(results, folder, 'run-1', 'journal', 'journal-oms.hsj'), '--replay']).ended;
    expect(verified.code, verified.output).to.equal(0);
    const dumped = await commands!.start(['journal', 'dump', path.join(results, folder, 'run-1', 'journal', 'journal-oms.hsj')]).ended;
    expect(dumped.output).to.match(/Scored .*venue 1, level 0: \d+ shares at [0-9.]+; micros a share: fee -1200, fill \d+, latency 0, rejects \d+/);
    expect(dumped.output).to.match(/Routed .*\d+ of 600 shares to venue \d, limit/);
    expect(dumped.output).to.match(/Routed .*to see whether it answers/);
  });
});
