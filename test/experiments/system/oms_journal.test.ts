/** The OMS's own journal: the OMS rebuilt from it is the run's, and has what its venues have. */
import { expect } from 'chai';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DetailedRun } from '../../../experiments/run/run_summary.js';
import { Commands, requireExperiments, summaryOf, type Ended } from './command.js';

/** The first of them keeps files. A cancel comes long after its order, so that some rest when the run ends. */
const LOCKSTEP = `
name: oms-journal
pipeline:
  venues: 2
  feed: { seed: 7, messages: 1500 }
  oms: { every: 4, limit_percent: 60, cancel_after: 40 }
  risk: { max_orders_per_second: 50000 }
  journal: { size: 16MiB, keep: true }
pacing: lockstep
repeat: { warmup: 0s, runs: 1 }
vary:
  - { name: file, pipeline.build: dpdk }
  - { name: memory, pipeline.build: dpdk, pipeline.journal.device: memory, pipeline.journal.oms: true }
  - { name: socket, pipeline.build: socket, pipeline.journal.ack_after: durable }
thresholds: { digests: { equal: [orders, journal, oms] } }
`;

/** What is lost of the feed is asked for once, of a feed that has forgotten it. */
const GAPS = `
name: oms-gaps
pipeline:
  feed: { seed: 7, rate: 20kpps, history: 1 }
  impair: { links: feed-oms, drop: 1% }
  recovery: { timeout: 10us, tries: 1 }
  journal: { size: 16MiB, keep: true }
repeat: { warmup: 10ms, measure: 200ms, runs: 1 }
`;

interface Position {
  readonly venue: number;
  readonly locate: number;
  readonly bought: number;
  readonly sold: number;
  readonly bought_value: number;
  readonly sold_value: number;
}

interface Rebuilt {
  readonly measured: Readonly<Record<string, number>>;
  readonly all: Readonly<Record<string, number>>;
  readonly positions: readonly Position[];
  readonly open_orders: readonly { readonly order: string; readonly state: string; readonly quantity: number; readonly filled: number }[];
  readonly gaps: { readonly opened: number; readonly messages_given_up: number; readonly open: readonly unknown[] };
  readonly limits: Readonly<Record<string, number>>;
}

interface VenueRecord {
  readonly type: string;
  readonly order: string;
  readonly maker: string;
  readonly side: 'B' | 'S';
  readonly quantity: number;
  readonly price: number;
  readonly locate: number;
}

describe('experiments/system: the OMS\'s journal', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let runs: ReadonlyMap<string, DetailedRun>;

  before(async function () {
    requireExperiments(this, ['dpdk', 'socket']);
    commands = new Commands();
    const { summary, code, output } = await run('lockstep', LOCKSTEP);
    expect(code, output).to.equal(0);
    runs = summary;
  });

  after(() => commands?.close());

  function hopscope(...args: readonly string[]): Promise<Ended> {
    return commands!.start(args).ended;
  }

  async function run(name: string, experiment: string): Promise<Ended & { readonly summary: ReadonlyMap<string, DetailedRun> }> {
    const file = path.join(commands!.folder, `${name}.yaml`);
    const json = path.join(commands!.folder, `${name}.json`);
    writeFileSync(file, experiment);
    const ended = await hopscope('run', file, '--json', json);
    return { ...ended, summary: new Map(summaryOf(json).variants.map((variant) => [variant.name, variant.runs[0]!])) };
  }

  async function readJson<T>(...args: readonly string[]): Promise<T> {
    const json = path.join(commands!.folder, 'figures.json');
    const { code, output } = await hopscope(...args, '--json', json);
    expect(code, output).to.equal(0);
    return JSON.parse(readFileSync(json, 'utf8')) as T;
  }

  function journal(ofRun: number, name: string): string {
    const results = path.join(commands!.folder, 'results');
    const folder = readdirSync(results).find((found) => found.startsWith('oms-journal-')) ?? '';
    return path.join(results, folder, `run-${ofRun}`, 'journal', name);
  }

  /** Of one venue, from its own journal. */
  async function venueRecords(venue: number): Promise<readonly VenueRecord[]> {
    const { output } = await hopscope('journal', 'dump', '--json', journal(1, `journal-${venue}.hsj`));
    return output.trim().split('\n').map((line) => JSON.parse(line) as VenueRecord);
  }

  const isClient = (order: string): boolean => order.includes('/');

  it('has one digest whatever the device, the build, and what acknowledgements wait for', () => {
    for (const { digest } of runs.values()) expect(digest.oms).to.match(/^[0-9a-f]{16}$/).and.to.equal(runs.get('file')?.digest.oms);
  });

  it('comes to the figures with which the run ended', async () => {
    const [rebuilt] = await readJson<readonly Rebuilt[]>('journal', 'positions', journal(1, 'journal-oms.hsj'));
    const counters = runs.get('file')!.counters;
    for (const name of ['orders', 'cancels', 'acks', 'rejects', 'fills', 'filled_shares', 'risk_rejects', 'timeouts']) {
      expect(rebuilt?.measured[name], name).to.equal(counters[name]);
    }
    expect(counters.orders).to.be.greaterThan(300);
    expect(counters.fills).to.be.greaterThan(50);
    expect(rebuilt?.limits).to.deep.equal({ max_quantity: 10_000, max_notional: 1e10, collar_bps: 1_000, max_orders_per_second: 50_000 });
    expect(rebuilt?.gaps).to.deep.equal({ opened: 0, messages_given_up: 0, open: [] });
  });

  it('has the positions and open orders that the venues\' journals have', async () => {
    const [rebuilt] = await readJson<readonly Rebuilt[]>('journal', 'positions', journal(1, 'journal-oms.hsj'));
    const positions = new Map<string, Position>();
    const resting: string[] = [];
    for (const venue of [0, 1]) {
      const left = new Map<string, number>();
      const trade = (order: string, side: 'B' | 'S', { locate, quantity, price }: VenueRecord): void => {
        if (!isClient(order)) return;
        const key = `${venue} ${locate}`;
        const { bought, sold, bought_value, sold_value } = positions.get(key) ?? { bought: 0, sold: 0, bought_value: 0, sold_value: 0 };
        positions.set(key, side === 'B'
          ? { venue, locate, bought: bought + quantity, sold, bought_value: bought_value + quantity * price, sold_value }
          : { venue, locate, bought, sold: sold + quantity, bought_value, sold_value: sold_value + quantity * price });
        left.set(order, (left.get(order) ?? 0) - quantity);
      };
      for (const record of await venueRecords(venue)) {
        if (record.type === 'Accepted') left.set(record.order, record.quantity);
        if (record.type === 'Cancelled') left.set(record.order, (left.get(record.order) ?? 0) - record.quantity);
        if (record.type !== 'Executed') continue;
        trade(record.order, record.side, record);
        trade(record.maker, record.side === 'B' ? 'S' : 'B', record);
      }
      resting.push(...[...left].flatMap(([order, shares]) => (isClient(order) && shares > 0 ? [`${order} ${shares}`] : [])));
    }
    const ours = (rebuilt?.positions ?? []).map(({ venue, locate, bought, sold, bought_value, sold_value }) => ({ venue, locate, bought, sold, bought_value, sold_value }));
    expect(ours).to.have.deep.members([...positions.values()]);
    expect(ours).to.have.length.greaterThan(10);
    expect(rebuilt?.open_orders.map(({ order, quantity, filled }) => `${order} ${quantity - filled}`)).to.have.members(resting);
    expect(resting).to.have.length.greaterThan(3);
  });

  it('has the positions that the summary tells', async () => {
    const [rebuilt] = await readJson<readonly Rebuilt[]>('journal', 'positions', journal(1, 'journal-oms.hsj'));
    const { positions } = runs.get('file')!;
    const sumOf = (venue: number, of: (position: Position) => number): number =>
      (rebuilt?.positions ?? []).filter((position) => position.venue === venue).reduce((sum, position) => sum + of(position), 0);
    for (const venue of [0, 1]) {
      expect(positions?.venues[venue], `venue ${venue}`).to.include({
        bought: sumOf(venue, ({ bought }) => bought), sold: sumOf(venue, ({ sold }) => sold),
        bought_value: sumOf(venue, ({ bought_value: paid }) => paid), sold_value: sumOf(venue, ({ sold_value: received }) => received),
      });
    }
    expect(positions?.total.open_orders).to.equal(rebuilt?.open_orders.length);
    expect(positions?.total.bought).to.be.greaterThan(1_000);
  });

  it('can be verified like the venues\', and is dumped, and says how it ends', async () => {
    const { code, output } = await hopscope('journal', 'verify', '--replay', journal(1, 'journal-oms.hsj'), journal(1, 'journal-0.hsj'));
    expect(code, output).to.equal(0);
    expect(output).to.match(/journal-oms\.hsj: decided again [0-9]+ orders, heard [0-9]+ answers, equal\n/).and.to.match(/replayed [0-9]+ inputs/);
    expect((await hopscope('journal', 'stat', journal(1, 'journal-oms.hsj'))).output).to.match(/, the OMS\n/).and.to.match(/ RiskPassed +[0-9]+\n/).and.to.match(/clean: closed by its engine/);
  });

  it('knows which market data the OMS never saw', async () => {
    const { output, summary } = await run('gaps', GAPS);
    expect(output).to.match(/invalid: .*oms_gaps/);
    const [rebuilt] = await readJson<readonly Rebuilt[]>('journal', 'positions');
    const counters = [...summary.values()][0]!.counters;
    expect(counters.oms_gaps).to.be.greaterThan(5);
    expect(rebuilt?.gaps.messages_given_up).to.equal(counters.oms_gaps);
    expect(rebuilt?.gaps.open).to.deep.equal([]);
  });
});
