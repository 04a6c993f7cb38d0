/** Venues that share the feed's orders, a router that scores them: the same decisions in every build, and a journal that tells each of them. */
import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Wall time decides, a few decisions are stored; the journal itself goes with the run. */
const MEASURED = `
name: measured
pipeline:
  feed: { seed: 7, messages: 4000, liquidity: split }
  oms: { every: 20, quantity: 600, limit_percent: 20, market_percent: 40 }
  router: { rule: smart, latency: measured, weights: { latency: 0.00001 }, store: 50 }
  venues: [{ name: A }, { name: B }, { name: C }]
  journal: { size: 16MiB, oms: true }
pacing: lockstep
probes: { lane: stamps, stalls: false }
repeat: { warmup: 10ms, runs: 1 }
vary: { pipeline.journal.device: [uring, memory] }
`;

describe('experiments/system: routing', function () {
  this.timeout(90_000);
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
    expect(first?.decisions).to.deep.include({ every: 1, missing: '', stored: first?.decisions?.decided });
    const stored = await query(`SELECT uniqExact(decision), uniqExactIf(trace_id, fate = 'sent'), countIf(probe), countIf(NOT shown), countIf(rank = 1) FROM routing_decisions WHERE run_id = '${first?.run_id}'`);
    const [decisions, orders, probes, nothing, best] = stored.map(Number);
    expect(decisions).to.equal(first?.decisions?.stored).and.be.greaterThan(100);
    expect(orders, 'each order of the measured part is a part of a decision').to.equal(first?.counters.orders);
    expect(probes).to.be.greaterThan(0);
    expect(nothing, 'a venue that was taken out').to.be.greaterThan(0);
    expect(best).to.be.greaterThan(100);
    const [joined] = await query(`SELECT count() FROM routing_decisions AS d INNER JOIN traces AS t ON t.run_id = d.run_id AND t.trace_id = d.trace_id WHERE d.run_id = '${first?.run_id}' AND t.venue = d.venue AND t.quantity = d.part_quantity`);
    expect(Number(joined), 'found again by its trace').to.be.greaterThan(0);
    const results = path.join(commands!.folder, 'results');
    const [folder = ''] = readdirSync(results).filter((name) => name.startsWith('smart-'));
    expect(readFileSync(path.join(results, folder, 'report.html'), 'utf8')).to.match(/Why this venue\?[\s\S]*decisions, all that the run made[\s\S]*Dearest: decision/);
    const verified = await commands!.start(['journal', 'verify', path.join(results, folder, 'run-1', 'journal', 'journal-oms.hsj'), '--replay']).ended;
    expect(verified.code, verified.output).to.equal(0);
    const dumped = await commands!.start(['journal', 'dump', path.join(results, folder, 'run-1', 'journal', 'journal-oms.hsj')]).ended;
    expect(dumped.output).to.match(/Scored .*venue 1, level 0: \d+ shares at [0-9.]+; micros a share: fee -1200, fill \d+, latency 0, rejects \d+/);
    expect(dumped.output).to.match(/Routed .*\d+ of 600 shares to venue \d, limit/);
    expect(dumped.output).to.match(/Routed .*to see whether it answers/);
  });

  it('scores by measured latency, without digests then, and stores no more decisions than asked for', async () => {
    const file = path.join(commands!.folder, 'measured.yaml');
    const json = path.join(commands!.folder, 'measured.json');
    writeFileSync(file, MEASURED);
    const { code, output } = await commands!.start(['run', file, '--json', json]).ended;
    expect(code, output).to.equal(0);
    const [onDisk, inMemory]: readonly (DetailedRun | undefined)[] = summaryOf(json).variants.flatMap((variant) => variant.runs);
    for (const run of [onDisk, inMemory]) {
      expect(run?.digest.orders).to.equal(null);
      expect(run?.digest.orders_null_because).to.match(/latency that is measured, in wall time/);
      expect(run?.digest.journal).to.equal(null);
      for (const { name, answer_ns: ns } of run?.routing?.venues ?? []) expect(ns, name).to.be.greaterThan(0);
    }
    const { decided = 0, every = 0, stored = 0 } = onDisk?.decisions ?? {};
    expect(decided).to.be.greaterThan(100);
    expect(every).to.equal(Math.ceil(decided / 50));
    expect(stored).to.equal(Math.ceil(decided / every));
    expect(await query(`SELECT uniqExact(decision), countIf(latency > 0) > 0 FROM routing_decisions WHERE run_id = '${onDisk?.run_id}'`)).to.deep.equal([String(stored), '1']);
    expect(inMemory?.decisions?.missing).to.match(/kept no journal on disk; run it again with --set pipeline\.journal\.device=uring/);
    const results = path.join(commands!.folder, 'results');
    const [folder = ''] = readdirSync(results).filter((name) => name.startsWith('measured-'));
    expect(existsSync(path.join(results, folder, 'run-1', 'journal')), 'the journal was not to be kept').to.equal(false);
    expect(readFileSync(path.join(results, folder, 'report.html'), 'utf8')).to.match(/Latency is measured[\s\S]*were left out \(pipeline\.router\.store\)/);
  });

  /** The columns of the one row. */
  async function query(sql: string): Promise<readonly string[]> {
    const { code, output } = await commands!.start(['query', sql, '--format', 'tsv']).ended;
    expect(code, output).to.equal(0);
    return (output.trim().split('\n').at(-1) ?? '').split('\t');
  }
});
