/** Resting orders that are replaced, in whole runs: the same on every build, in the journals too, and both sides agree in the end. */
import { expect } from 'chai';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DetailedRun } from '../../../experiments/run/run_summary.js';
import { Commands, requireExperiments, summaryOf, type Ended } from './command.js';

const PARENT = '{ name: poster, symbol: HS00001, side: buy, quantity: 2k, algo: twap, end: 8ms, slices: 4, style: post, repost: replace }';

/** A venue that takes its time, with room for few: replacements cross fills and cancels there, and some are refused. */
const LOCKSTEP = `
name: replace
pipeline:
  venues: [{}, { latency: 30us, queue: 6 }]
  feed: { seed: 7, messages: 10k, symbols: 4 }
  oms: { every: 4, limit_percent: 70, cancel_after: 24, replace_after: 5, parents: [${PARENT}] }
  journal: { size: 16MiB, keep: true }
pacing: lockstep
probes: { stalls: false }
repeat: { warmup: 2ms, runs: 1 }
vary: { pipeline.build: [dpdk, socket] }
thresholds: { digests: { equal: [orders, journal, oms] } }
`;

interface Line {
  readonly type: string;
  readonly order: string;
  readonly maker: string;
  readonly quantity: number;
  readonly reason: string;
}

describe('experiments/system: replaced orders', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let runs: readonly DetailedRun[];
  let output: string;

  before(async function () {
    requireExperiments(this, ['dpdk', 'socket']);
    commands = new Commands();
    const file = path.join(commands.folder, 'replace.yaml');
    const json = path.join(commands.folder, 'replace.json');
    writeFileSync(file, LOCKSTEP);
    const ended = await hopscope('run', file, '--json', json);
    expect(ended.code, ended.output).to.equal(0);
    output = ended.output;
    runs = summaryOf(json).variants.flatMap((variant) => variant.runs);
  });

  after(() => commands?.close());

  function hopscope(...args: readonly string[]): Promise<Ended> {
    return commands!.start(args).ended;
  }

  function journal(name: string): string {
    const results = path.join(commands!.folder, 'results');
    const folder = readdirSync(results).find((found) => found.startsWith('replace-')) ?? '';
    return path.join(results, folder, 'run-1', 'journal', name);
  }

  async function linesOf(name: string): Promise<readonly Line[]> {
    const dump = await hopscope('journal', 'dump', '--json', journal(name));
    expect(dump.code, dump.output).to.equal(0);
    return dump.output.trim().split('\n').map((line) => JSON.parse(line) as Line);
  }

  it('have one digest on every build in lockstep, and are counted', () => {
    const [first, second] = runs;
    expect(first?.digest.orders).to.match(/^[0-9a-f]{16}$/);
    expect(second?.digest).to.deep.equal(first?.digest);
    for (const { counters, valid } of runs) {
      expect(valid).to.equal(true);
      expect(counters.replaces).to.be.greaterThan(300);
      expect(counters.venue_orders, 'the venues have received each').to.equal(counters.orders);
    }
    expect(output).to.match(/of them replacements\)/);
  });

  it('stand in the journals of both sides, and the OMS rebuilt from its own has them', async () => {
    const own = await linesOf('journal-oms.hsj');
    const sent = own.filter(({ type }) => type === 'ReplaceSent');
    expect(own.filter(({ type }) => type === 'ReplaceDecided').map(({ order }) => order)).to.include.members(sent.map(({ order }) => order));
    expect(sent.some(({ reason }) => reason === 'p0'), 'children of the parent order').to.equal(true);
    const venues = [...(await linesOf('journal-0.hsj')), ...(await linesOf('journal-1.hsj'))];
    const asked = venues.filter(({ type }) => type === 'ReplaceRequested').map(({ order, maker }) => `${order} > ${maker}`);
    expect(new Set(asked)).to.deep.equal(new Set(sent.map(({ order, maker }) => `${maker} > ${order}`)));
    const pairs = (lines: readonly Line[]): ReadonlySet<string> =>
      new Set(lines.filter(({ type }) => type === 'Replaced').map(({ order, maker, quantity }) => `${maker} > ${order}, ${quantity} left`));
    expect(pairs(own)).to.deep.equal(pairs(venues));

    const json = path.join(commands!.folder, 'positions.json');
    const positions = await hopscope('journal', 'positions', journal('journal-oms.hsj'), '--json', json);
    expect(positions.code, positions.output).to.equal(0);
    const [rebuilt] = JSON.parse(readFileSync(json, 'utf8')) as readonly { readonly measured: Readonly<Record<string, number>> }[];
    for (const name of ['orders', 'replaces', 'cancels', 'acks', 'rejects', 'fills', 'filled_shares']) expect(rebuilt?.measured[name], name).to.equal(runs[0]?.counters[name]);
    for (const name of ['journal-oms.hsj', 'journal-0.hsj', 'journal-1.hsj']) {
      const verified = await hopscope('journal', 'verify', '--replay', journal(name));
      expect(verified.code, verified.output).to.equal(0);
    }
  });
});
