/** The search for a maximum with the real engine: found between its bounds, beyond them, and not at all. */
import { expect } from 'chai';
import path from 'node:path';
import { Commands, ROOT, requireExperiments, summaryOf } from './command.js';

const FILE = path.join(ROOT, 'experiments/load-curve.yaml');
const SHORT = ['load.find_maximum.measure=100ms', 'repeat.warmup=1ms', 'repeat.measure=300ms'];

describe('experiments/system: load curve', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;

  before(function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
  });

  after(() => commands?.close());

  async function run(settings: readonly string[], also: readonly string[] = []): Promise<{ readonly code: number | null; readonly output: string }> {
    if (commands === undefined) throw new Error('no commands');
    return commands.start(['run', FILE, ...also, ...[...SHORT, ...settings].flatMap((setting) => ['--set', setting])]).ended;
  }

  it('probes, runs the shares of what it found, and stores the shares only', async () => {
    const json = path.join(commands?.folder ?? '', 'summary.json');
    // No machine that runs this sends 100 Mpps; a long response is no reason, so that a busy machine holds the lower bound.
    const { code, output } = await run(['load.find_maximum.from=20kpps', 'load.find_maximum.to=100Mpps', 'load.find_maximum.within=100%', 'load.find_maximum.response_p99=10s', 'load.at=[20%, 40%]'], ['--json', json]);
    const { load, variants } = summaryOf(json);
    expect(load, output).to.not.equal(null);
    expect(load?.at_least).to.equal(false);
    const held = load?.probes.filter(({ holds }) => holds).map(({ rate_pps: rate }) => rate) ?? [];
    expect(load?.maximum_pps).to.equal(Math.max(...held)).and.to.be.within(20_000, 1e8);
    expect(load?.probes.filter(({ rate_pps: rate }) => rate === 1e8).map(({ holds }) => holds)).to.deep.equal([false, false]);
    expect(load?.points.map(({ rate_pps: rate }) => rate)).to.deep.equal([0.2, 0.4].map((share) => Math.round(share * (load?.maximum_pps ?? 0))));
    for (const point of load?.points ?? []) expect(point.service_ns?.p50).to.be.greaterThan(0);
    expect(variants.map(({ runs }) => runs.length)).to.deep.equal([1, 1]);
    expect(output).to.match(/^load +rate +sent +service p50/m);
    expect(code, output).to.be.oneOf([0, 1]); // a run on a disturbed machine may be invalid
    const stored = await commands?.start(['query', 'SELECT uniqExact(run_id) AS runs, countIf(run_id LIKE \'%probe%\') AS probes FROM runs', '--format', 'json']).ended;
    expect(stored?.output).to.match(/"runs":\s*"?2"?,\s*"probes":\s*"?0"?/);
  });

  it('ends with file, line, key and remedy where not even the lower bound is held', async () => {
    const { code, output } = await run(['load.find_maximum.from=90Mpps', 'load.find_maximum.to=100Mpps']);
    expect(code, output).to.equal(2);
    expect(output).to.match(/^--set load\.find_maximum\.from=90Mpps: load\.find_maximum\.from: not even 90.0.M\/s is held \(.*\); lower it/m);
  });
});
