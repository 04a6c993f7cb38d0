/** Whole experiments that ask why: stalls, attribution, injected delays, losses on purpose, and lanes that see less than all. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DetailedRun } from '../../../experiments/run/run_summary.js';
import { Commands, requireExperiments, summaryOf, type Ended } from './command.js';

const SHORT = `
name: why
pipeline: { feed: { seed: 7, rate: 20kpps }, oms: { every: 4 }, journal: { device: memory, size: 16MiB } }
repeat: { warmup: 100ms, measure: 1s, runs: 1 }
`;

describe('experiments/system: why was it slow', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let experiment: string;

  before(function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
    experiment = path.join(commands.folder, 'why.yaml');
    writeFileSync(experiment, SHORT);
  });

  after(() => commands?.close());

  async function measured(...overrides: readonly string[]): Promise<{ readonly run: DetailedRun; readonly ended: Ended; readonly verdict: string; readonly why: readonly string[] }> {
    const json = path.join(commands!.folder, 'out.json');
    const ended = await commands!.start(['run', experiment, '--json', json, ...overrides.flatMap((one) => ['--set', one])]).ended;
    const summary = summaryOf(json);
    return { run: summary.variants[0]!.runs[0]!, ended, verdict: summary.verdict, why: summary.invalid_because };
  }

  async function query(sql: string): Promise<string> {
    const { code, output } = await commands!.start(['query', sql, '--format', 'tsv']).ended;
    expect(code, output).to.equal(0);
    return output.trim().split('\n').at(-1) ?? '';
  }

  it('names the hog that took the engine\'s CPU, and finds all of its delay', async () => {
    const { run, ended } = await measured('inject={ hog: { on: 5ms, off: 30ms } }', 'probes.slow=1ms', 'pipeline.feed.rate=200kpps', 'pipeline.oms.every=1', 'repeat.measure=2s');
    expect(ended.code, ended.output).to.equal(0);
    expect(ended.output).to.match(/lost the CPU to `hopscope-hog`/);
    // Only of the orders it struck: what a busy host adds to the tail is not the hog's, and says so (hypervisor, or no event).
    const [struck] = run.accuracy;
    expect(struck).to.include({ what: 'hog', cause: 'preempted', who: 'hopscope-hog' });
    expect(struck!.orders).to.be.at.least(1);
    expect(struck!.foundNs / struck!.injectedNs).to.be.at.least(0.9);
    expect(run.attribution!.causes.some(({ cause, who }) => cause === 'preempted' && who === 'hopscope-hog')).to.equal(true);
    expect(await query(`SELECT count() > 10 FROM stalls WHERE run_id = '${run.run_id}' AND who = 'hopscope-hog'`)).to.equal('1');
    expect(await query(`SELECT count() > 0 FROM attributions WHERE run_id = '${run.run_id}' AND who = 'hopscope-hog'`)).to.equal('1');
    expect(await query(`SELECT count() > 10 FROM injections WHERE run_id = '${run.run_id}' AND kind = 'hog'`)).to.equal('1');
    expect(spawnSync('pgrep', ['-f', 'hopscope-disturb'], { encoding: 'utf8' }).stdout).to.equal('');
  });

  it('finds a busy wait at its hop, and knows that the kernel had no part in it', async () => {
    const { run, ended } = await measured('inject={ busy: { at: venue.match, for: 50us, every: 50 } }');
    expect(ended.code, ended.output).to.equal(0);
    const [row] = run.accuracy;
    expect(row).to.include({ what: 'busy', hop: 'venue.match', cause: 'none', orders: 100 });
    expect(row!.share).to.be.at.least(0.95);
    expect(await query(`SELECT count(), min(injected_ns) >= 50000 FROM traces WHERE run_id = '${run.run_id}' AND injected_hop = 9`)).to.equal('100\t1');
  });

  it('counts to the record what a ring that is too small loses, and says which setting to raise', async () => {
    // One drain a tick of 5 ms takes what 4 KiB hold; at this rate far more comes.
    const { run, verdict, why, ended } = await measured('probes.ring=4KiB', 'pipeline.feed.rate=200kpps', 'pipeline.oms.every=1');
    expect(ended.code, ended.output).to.equal(1);
    expect(verdict).to.equal('invalid');
    const { traced, pushed, push_failed: failed, drained, stored, filtered, lost } = run.counters;
    expect(failed).to.be.greaterThan(0);
    expect(traced).to.equal(pushed + failed);
    expect(pushed).to.equal(drained);
    expect(drained).to.equal(stored + filtered + lost);
    expect(await query(`SELECT count() FROM traces WHERE run_id = '${run.run_id}'`)).to.equal(String(stored));
    expect(why.join('\n')).to.match(new RegExp(`push_failed ${failed}: .*raise probes\\.ring`));
  });

  it('counts lost stalls, and does not let their orders pass for unexplained', async () => {
    const { run, verdict, why } = await measured('inject={ timer: { every: 20us } }', 'probes.stall_ring=4KiB');
    expect(run.counters.stalls_lost).to.be.greaterThan(0);
    expect(verdict).to.equal('invalid');
    expect(why.join('\n')).to.match(/stalls_lost \d+: .*raise probes\.stall_ring/);
  });

  it('keeps the slow orders of a sample, and takes its figures from all', async () => {
    const { run, ended } = await measured('probes.sample=1/16', 'probes.tail={ tick_to_ack: 1us }');
    expect(ended.code, ended.output).to.equal(0);
    const { traced, stored, filtered, tail } = run.counters;
    expect(stored + filtered).to.equal(traced);
    expect(tail).to.be.greaterThan(0);
    expect(run.latency_ns.tick_to_ack!.count).to.equal(traced);
    expect(await query(`SELECT countIf(kept = 'tail') = ${tail}, countIf(kept = 'tail' AND oms_ack - feed_tx <= 1000 AND journal_append = 0) FROM traces WHERE run_id = '${run.run_id}'`)).to.match(/^1\t0$/);
    expect(await query(`SELECT sum(count) FROM latency_buckets WHERE run_id = '${run.run_id}' AND name = 'tick_to_ack'`)).to.equal(String(traced));
  });

  it('reads capsules through a probe where the engine has no ring', async () => {
    const { run, ended } = await measured('probes.lane=capsule');
    expect(ended.code, ended.output).to.equal(0);
    const { orders, traced, pushed, drained, stored } = run.counters;
    expect([traced, pushed, drained, stored]).to.deep.equal([orders, orders, orders, orders]);
    expect(run.own_error.siteNs).to.be.greaterThan(0);
    expect(run.own_error.sites.map(({ hop, sites }) => [hop, sites])).to.deep.equal([['capsule', 1]]);
  });

  it('does without kernel events where the kernel has none to give, and says so', async () => {
    const { run, ended } = await measured('probes.deny=[tp_btf]');
    expect(ended.code, ended.output).to.equal(0);
    expect(run.conditions.join('\n')).to.match(/tp_btf/);
    expect(run.counters.stalls_recorded).to.equal(0);
    expect(run.own_error.tie).to.not.equal(undefined);
  });
});
