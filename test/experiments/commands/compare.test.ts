/** `hopscope compare` as a user types it, over recorded results. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Comparison } from '../../../experiments/compare/comparison.js';
import { writeRecorded } from '../compare/recorded.js';
import { SOURCE, sampleSets } from '../compare/sample_sets.js';
import { HOPSCOPE } from '../../hopscope.js';

const LATER = 'dpdk-vs-socket-20260302-093000-m4g8r';

describe('hopscope compare', function () {
  this.timeout(60_000);
  let folder: string;
  let results: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hopscope-compare-'));
    results = path.join(folder, 'results');
    writeRecorded(results, SOURCE, sampleSets());
    const renamed = (id: string): string => id.replace(SOURCE, LATER);
    const slower = sampleSets(10, 2_000).map((set) => ({ ...set, machine: { ...set.machine, kernel: '6.19.0' }, runs: set.runs.map((run) => ({ ...run, run_id: renamed(run.run_id) })) }));
    writeRecorded(results, LATER, slower);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function compare(...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly error: string } {
    const env = { ...process.env, HOPSCOPE_STATE_DIR: path.join(folder, 'state'), HOPSCOPE_RESULTS: results, HOPSCOPE_DENY: '' };
    const ran = spawnSync(process.execPath, [...HOPSCOPE, 'compare', ...args], { encoding: 'utf8', env, timeout: 30_000 });
    return { code: ran.status, out: ran.stdout.replace(/\u202f/g, ' '), error: ran.stderr };
  }

  it('prints figures, verdicts, hops and cautions, and writes them as JSON, Markdown and a page', () => {
    const [json, markdown, html] = ['json', 'md', 'html'].map((kind) => path.join(folder, `out.${kind}`));
    const { code, out, error } = compare(SOURCE, '--json', json!, '--markdown', markdown!, '--html', html!);
    expect(code, error).to.equal(0);
    expect(out).to.match(/socket over veth, 10 runs {2}against {2}dpdk over ring, 10 runs/);
    expect(out).to.match(/^tick_to_ack\.p50 +2\.\d+ µs .*worse, other link$/m);
    expect(out).to.match(/^where: tick_to_ack\.p50 \+\d+ ns: \+\d+ ns in venue\.rx/m);
    expect(out).to.match(/^! socket ran over veth, dpdk over ring/m);
    const { schema, comparisons } = JSON.parse(readFileSync(json!, 'utf8')) as { readonly schema: number; readonly comparisons: readonly Comparison[] };
    expect(schema).to.equal(1);
    expect(comparisons[0]?.pairs[0]?.metrics[0]).to.include({ metric: 'tick_to_ack.p50', verdict: 'worse' });
    expect(readFileSync(markdown!, 'utf8')).to.match(/^# dpdk-vs-socket\n/).and.include('worse, other link');
    expect(readFileSync(html!, 'utf8')).to.match(/^<!doctype html>/).and.include('venue.rx');
  });

  it('compares two runs variant by variant, by tag and by folder, and says what differs', () => {
    const { code, out } = compare('k3f9q', path.join(results, LATER));
    expect(code).to.equal(0);
    expect(out.match(/ {2}against {2}/g)).to.have.lengthOf(2);
    expect(out).to.include('another kernel').and.include('not run in turns');
    const half = compare(SOURCE, `${LATER}:socket`, '--fail-on', 'tick_to_ack.p99 > +500%');
    expect(half.code, half.out).to.equal(1);
    expect(half.out).to.match(new RegExp(`^not compared: dpdk is only in ${SOURCE}$`, 'm'));
    const one = compare(`${SOURCE}:socket`, `${LATER}:socket`);
    expect(one.out.match(/ {2}against {2}/g)).to.have.lengthOf(1);
    expect(one.out).to.match(/tick_to_ack\.p50 .* worse$/m);
  });

  it('saves a baseline, compares with it, and fails what is slower than allowed', () => {
    const own = '{"series":"venue.rx","statistic":"p50"}';
    const asked = writeRecorded(path.join(folder, 'asked'), 'asked-20260303-093000-q5h2t', sampleSets().map((set) => ({ ...set, settings: { ...set.settings, 'compare.primary': `[${own}]` } })));
    expect(compare(asked).out).to.match(/^venue\.rx\.p50 .* worse, other link$/m).and.include('Tested: venue.rx.p50;');
    const saved = compare(SOURCE, '--save', 'main');
    expect(saved.code, saved.error).to.equal(0);
    expect(saved.out).to.match(/baseline: .*results\/baselines\/main\.json/);
    const against = (...args: readonly string[]): ReturnType<typeof compare> => compare(LATER, '--against', 'main', ...args);
    expect(against().out).to.match(/against {2}socket in baseline main of \d{4}-\d\d-\d\d/);
    const failed = against('--fail-on', 'tick_to_ack.p99 > +5%');
    expect(failed.code, failed.out).to.equal(99);
    expect(failed.out).to.match(/tick_to_ack\.p99 > \+5% \[socket in dpdk-vs-socket-.*\]: ✗ failed/).and.match(/\[dpdk in .*\]: ✓ holds/);
    expect(against('--fail-on', 'tick_to_ack.p99 > +500%').code).to.equal(0);
    // A limit's metric is tested even where it is not primary.
    expect(against('--fail-on', 'venue.rx.p50 > +5%').code).to.equal(99);
    expect(compare(SOURCE, '--against', 'main', '--fail-on', 'tick_to_ack.p99 > 0%').code).to.equal(0);
  });

  it('exits 1 where runs are invalid, and makes no baseline of them', () => {
    const id = 'lossy-20260303-093000-p5h2t';
    const sets = sampleSets().map((set, i) => ({ ...set, experiment: 'lossy', runs: set.runs.map((run, at) => (i === 1 && at === 0 ? { ...run, valid: false, invalid_because: ['feed_missed 3: lower pipeline.feed.rate'] } : run)) }));
    const lossy = writeRecorded(path.join(folder, 'elsewhere'), id, sets);
    const { code, out } = compare(lossy);
    expect(code).to.equal(1);
    expect(out).to.include('not ranked: socket: 1 of 10 runs are invalid (feed_missed 3');
    expect(compare(lossy, '--save', 'lossy')).to.include({ code: 1 }).and.to.have.property('error').that.matches(/^hopscope: baseline: socket has invalid runs/);
  });

  it('answers what cannot be compared with one line and its remedy', () => {
    const line = (...args: readonly string[]): string => compare(...args).error;
    expect(line('nosuch')).to.match(/^hopscope: results: there is no run nosuch .*hopscope runs lists them\n$/);
    expect(line(`${SOURCE}:afxdp`)).to.match(/has no variant "afxdp"; its variants are dpdk, socket\n$/);
    expect(line(`${SOURCE}:dpdk`)).to.match(/^hopscope: compare: this run has one variant; name another run, or a baseline/);
    expect(line('last', '--against', 'nosuch')).to.match(/^hopscope: baseline: there is no baseline nosuch in .*; there are main\n$/);
    expect(line('last', '--save', '../x')).to.match(/^hopscope: baseline: "\.\.\/x" is no name for one/);
    expect(compare('last', '--fail-on', 'p99 5%')).to.include({ code: 2 });
    expect(compare('last', '--metric', 'tick_to_ack.p98')).to.include({ code: 2 });
    const broken = path.join(results, 'baselines', 'broken.json');
    writeFileSync(broken, '{"schema":1}');
    expect(line('last', '--against', 'broken')).to.match(/cannot be read as a baseline; store it again with --save broken\n$/);
  });
});
