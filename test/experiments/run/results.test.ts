import { expect } from 'chai';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runsTable } from '../../../experiments/commands/runs.js';
import { ResultsError, findExperiment, listExperiments, makeExperimentFolder, requireWritable, writeJson } from '../../../experiments/run/results.js';
import type { Summary } from '../../../experiments/summary.js';
import { run } from './fixtures.js';

function summary(experiment: string): Summary {
  const machine = { cpu: 'c', kernel: 'k', tsc_hz: 1, hugepages: 0, dpdk: null, spdk: null, netmap: null };
  return { schema: 1, experiment, verdict: 'pass', invalid_because: [], variants: [{ name: 'dpdk', settings: {}, runs: [run()] }], thresholds: [], machine };
}

describe('experiments/run/results', () => {
  let results: string;
  beforeEach(() => {
    results = mkdtempSync(path.join(tmpdir(), 'hopscope-results-'));
  });
  afterEach(() => {
    rmSync(results, { recursive: true, force: true });
  });

  function add(experiment: string, at: string): string {
    const folder = makeExperimentFolder(results, experiment, new Date(at));
    writeJson(path.join(folder.directory, 'summary.json'), summary(experiment));
    return folder.id;
  }

  it('lists finished experiments, newest first, and nothing else', () => {
    const old = add('b-test', '2026-03-01T09:30:00Z');
    const recent = add('a-test', '2026-03-02T09:30:00Z');
    makeExperimentFolder(results, 'interrupted', new Date());
    mkdirSync(path.join(results, 'store'));
    writeFileSync(path.join(results, 'notes.txt'), '');
    expect(listExperiments(results).map((one) => one.id)).to.deep.equal([recent, old]);
    expect(listExperiments(results)[0]?.started.toISOString()).to.equal('2026-03-02T09:30:00.000Z');
  });

  it('finds by name, by the end of the name, and the last', () => {
    const first = add('a-test', '2026-03-01T09:30:00Z');
    const last = add('a-test', '2026-03-01T09:31:00Z');
    expect(findExperiment(results, first).id).to.equal(first);
    expect(findExperiment(results, first.slice(-5)).id).to.equal(first);
    expect(findExperiment(results, 'last').id).to.equal(last);
    expect(() => findExperiment(results, 'nope')).to.throw(ResultsError, /there is no run nope .*; hopscope runs lists them/);
  });

  it('says what to run where nothing has been run', () => {
    expect(() => findExperiment(path.join(results, 'none'), 'last')).to.throw(ResultsError, /nothing has been run yet/);
  });

  it('names the folder it cannot make, and the remedy', () => {
    writeFileSync(path.join(results, 'plain'), '');
    expect(() => makeExperimentFolder(path.join(results, 'plain'), 'x', new Date())).to.throw(ResultsError, /cannot be made .*--results DIR/);
  });

  it('prints one line a variant', () => {
    const id = add('a-test', '2026-03-01T09:30:00Z');
    const [head, line] = runsTable(listExperiments(results));
    expect(head).to.match(/^run +started \(UTC\) +variant +runs +verdict +oms +p50 +p99$/);
    expect(line?.replace(/\u202f/g, ' ')).to.match(new RegExp(`^${id} +2026-03-01 09:30:00 +dpdk +1 +pass +500 /s +3\\.00 µs +6\\.00 µs$`));
  });

  it('refuses a file that could not be written, before the run, and makes nothing', () => {
    expect(() => requireWritable('/nonexistent/x.json')).to.throw(ResultsError, /^results: \/nonexistent\/x\.json cannot be written .*; name another file$/);
    expect(() => requireWritable(path.join(tmpdir(), 'hopscope-never-made.json'))).not.to.throw();
    expect(() => readFileSync(path.join(tmpdir(), 'hopscope-never-made.json'))).to.throw(/ENOENT/);
  });
});
