import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { explain } from '../../../experiments/commands/failure.js';
import { PermissionError, requireRoot } from '../../../experiments/run/runner.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { HOPSCOPE } from '../../hopscope.js';


describe('experiments/cli', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hopscope-cli-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function hopscope(...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly error: string } {
    const env = { ...process.env, HOPSCOPE_STATE_DIR: path.join(folder, 'state'), HOPSCOPE_RESULTS: path.join(folder, 'results'), HOPSCOPE_DENY: '' };
    const ran = spawnSync(process.execPath, [...HOPSCOPE, ...args], { encoding: 'utf8', env, timeout: 20_000 });
    return { code: ran.status, out: ran.stdout, error: ran.stderr };
  }

  it('explains every command, with an example where one helps', () => {
    expect(hopscope('--help')).to.include({ code: 0 }).and.to.have.property('out').that.matches(/run .*\n.*runs .*\n.*report .*\n.*compare .*\n.*query .*\n.*serve .*\n[^]*doctor /);
    expect(hopscope('run', '--help').out).to.include('--set repeat.measure=2s').and.include('Exit codes').and.match(/itch-replay[^]*What crosses the ports/);
    expect(hopscope('query', '--help').out).to.include('SELECT count() FROM traces');
  });

  it('answers a wrong experiment with one line and exit code 2', () => {
    const file = path.join(folder, 'bad.yaml');
    writeFileSync(file, 'name: bad\npipeline:\n  feed: { rate: 10kbps }\n');
    expect(hopscope('run', file)).to.deep.equal({ code: 2, out: '', error: `${file}:3: pipeline.feed.rate: "10kbps" has the unknown unit "kbps"; write a packet rate as 200kpps, 1.5Mpps or max\n` });
  });

  it('answers a wrong command line with exit code 2', () => {
    expect(hopscope('rnu')).to.include({ code: 2 }).and.to.have.property('error').that.matches(/unknown command 'rnu'/);
    expect(hopscope('runs', '--limit', 'many')).to.include({ code: 2 });
  });

  it('lists nothing where nothing has been run, and says what to do', () => {
    expect(hopscope('runs')).to.include({ code: 0 }).and.to.have.property('out').that.matches(/nothing has been run yet .*; hopscope run/);
    expect(hopscope('report')).to.include({ code: 1 }).and.to.have.property('error').that.matches(/^hopscope: results: nothing has been run yet/);
  });

  it('ends with 2 where a journal cannot be used, with and without a file for its figures', () => {
    const missing = path.join(folder, 'missing.hsj');
    const json = path.join(folder, 'figures.json');
    const { code, error } = hopscope('journal', 'verify', missing, '--json', json);
    expect(code, error).to.equal(2);
    expect(error).not.to.include('fault of the program');
    expect(JSON.parse(readFileSync(json, 'utf8'))).to.deep.equal([]);
  });

  it('takes for --until what dump shows as a record\'s number', () => {
    for (const given of ['0', '-1', 'last', '1e3']) {
      const { code, error } = hopscope('journal', 'replay', path.join(folder, 'missing.hsj'), '--until', given);
      expect(code, given).to.equal(2);
      expect(error).to.include('write the number of a record, as dump shows it');
    }
  });

  it('sends whoever is not root to sudo', () => {
    expect(() => requireRoot(1000)).to.throw(PermissionError, /needs root: .*; sudo npx hopscope run/);
    requireRoot(0);
  });

  it('tells a fault of the user from a fault of the program', () => {
    expect(explain(new SpecError([{ where: 'x:1', key: 'a', what: 'b; c' }]))).to.deep.equal({ line: 'x:1: a: b; c', code: 2 });
    expect(explain(new PermissionError('no; do this')).line).to.equal('hopscope: no; do this');
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path: '/results/x/plan.json' });
    expect(explain(full)).to.deep.equal({ line: 'hopscope: /results/x/plan.json: the disk is full; free some space, or choose another place with --results DIR', code: 1 });
    expect(explain(new TypeError('undefined is not a function')).line).to.match(/^hopscope: a fault of the program: undefined/);
  });
});
