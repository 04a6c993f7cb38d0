/** The kill switch of whole runs: what the venues' journals, the OMS's and the wire say of it, and every way to pull it. */
import { expect } from 'chai';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildLinks } from '../../../experiments/launch/network.js';
import { storeDirectory } from '../../../experiments/run/results.js';
import { openPage, type EnginePage } from '../../../native/index.js';
import { Commands, requireExperiments, summaryOf, type Started } from './command.js';
import { dissect, hasTshark } from './dissected.js';

const VENUES = 2;
const TRIPS = 20;
const DRILL = `
name: kill-drill
pipeline:
  venues: ${VENUES}
  feed: { seed: 7, rate: 50kpps, arrivals: poisson }
  oms: { every: 2, limit_percent: 50, cancel_after: 64 }
  router: round-robin
  journal: { size: 64MiB, keep: true }
probes: { stalls: false }
kill_drill: { trips: ${TRIPS}, pause: 5ms }
repeat: { warmup: 100ms, measure: 1s, runs: 1 }
thresholds:
  kill: ["trips == ${TRIPS}", "late_orders == 0", "unconfirmed == 0", "open_orders == 0"]
`;

const LONG = `
name: kill-ways
pipeline: { venues: ${VENUES}, feed: { seed: 7, rate: 20kpps }, oms: { every: 2, limit_percent: 50 }, journal: { device: memory, size: 64MiB } }
probes: { stalls: false }
repeat: { warmup: 100ms, measure: 60s, runs: 1 }
`;

interface JournalLine {
  readonly type: string;
  readonly order?: string;
}

/** What a client's message leaves in its venue's journal, and its letter on the wire. */
const LETTERS: Readonly<Record<string, string>> = { OrderEntered: 'O', CancelRequested: 'X', MassCancelRequested: 'C' };

describe('experiments/system: the kill switch', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let page: EnginePage | undefined;

  before(function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
  });
  afterEach(() => page?.close());
  after(() => commands?.close());

  function experiment(name: string, text: string): string {
    const file = path.join(commands!.folder, `${name}.yaml`);
    writeFileSync(file, text);
    return file;
  }

  function runFolder(name: string): string {
    const results = path.join(commands!.folder, 'results');
    return path.join(results, readdirSync(results).find((found) => found.startsWith(`${name}-`)) ?? '', 'run-1');
  }

  async function records(file: string): Promise<readonly JournalLine[]> {
    const { output } = await commands!.start(['journal', 'dump', '--json', file]).ended;
    return output.trim().split('\n').map((line) => JSON.parse(line) as JournalLine);
  }

  it('leaves the same trips in the store, in every journal and on the wire', async () => {
    const [json, wire] = [path.join(commands!.folder, 'drill.json'), path.join(commands!.folder, 'drill.pcap')];
    const { code, output } = await commands!.start(['run', experiment('drill', DRILL), '--json', json, '--capture', wire]).ended;
    expect(code, output).to.equal(0);
    const run = summaryOf(json).variants[0]!.runs[0]!;
    expect(run.kill).to.deep.include({ trips: TRIPS, by: { drill: TRIPS }, checked_orders: run.counters.orders });
    expect(run.counters.kills).to.equal(TRIPS);
    expect(run.counters.risk_killed).to.be.above(0);

    const journal = path.join(runFolder('kill-drill'), 'journal');
    const verified = await commands!.start(['journal', 'verify', '--replay', ...['0', '1', 'oms'].map((of) => path.join(journal, `journal-${of}.hsj`))]).ended;
    expect(verified.code, verified.output).to.equal(0);
    // Between two trips the venues were sent what the OMS says that it sent between them, and nothing between a trip and its arming.
    const own = await records(path.join(journal, 'journal-oms.hsj'));
    const count = (type: string): number => own.filter((record) => record.type === type).length;
    expect([count('KillTripped'), count('KillArmed'), count('MassCancelled')]).to.deep.equal([TRIPS, TRIPS - 1, TRIPS * VENUES]);
    const packets = hasTshark() ? dissect(wire).packets : undefined;
    for (let venue = 0; venue < VENUES; ++venue) {
      const of = (record: JournalLine): boolean => record.order?.startsWith(`${venue}/`) ?? false;
      const sent = own.filter(of).flatMap(({ type }) => ({ OrderSent: 'O', CancelSent: 'X', MassCancelSent: 'C' })[type] ?? []);
      const entered = (await records(path.join(journal, `journal-${venue}.hsj`))).filter(of).flatMap(({ type }) => LETTERS[type] ?? []);
      expect(entered.join(''), `venue ${venue}`).to.equal(sent.join(''));
      if (packets === undefined) continue;
      const oms = buildLinks(VENUES, 'x', 'ring').find(({ name }) => name === `oms-venue${venue}`)?.a;
      const onWire = packets.filter(({ stream }) => stream.startsWith(`${oms?.ip}:`)).flatMap(({ types }) => types);
      expect(onWire.join(''), `venue ${venue}`).to.equal(sent.join(''));
    }
  });

  /** The engine of a run that measures, through its page. */
  async function measuring(name: string): Promise<{ readonly run: Started; readonly page: EnginePage; readonly runId: string }> {
    const run = await commands!.measuring(['run', experiment(name, LONG.replace('kill-ways', name))]);
    const { run_id: runId } = JSON.parse(readFileSync(path.join(runFolder(name), 'plan.json'), 'utf8')) as { run_id: string };
    page = openPage(`/dev/shm/hopscope-${runId}`);
    return { run, page, runId };
  }

  async function until(what: string, seen: () => boolean): Promise<void> {
    const giveUpAtMs = Date.now() + 20_000;
    while (!seen()) {
      if (Date.now() > giveUpAtMs) throw new Error(`waited in vain: ${what}`);
      await sleep(5);
    }
  }

  it('is pulled by command, by signal and by the silence of the orchestrator, store or no store, and armed by command only', async () => {
    const { run, page: engine, runId } = await measuring('kill-ways');
    const orders = (): number => engine.read().counters.orders ?? 0;
    const killed = (): number => engine.read().counters.risk_killed ?? 0;
    const goesOn = async (): Promise<void> => {
      const before = orders();
      await until('orders after the arming', () => orders() > before + 100);
    };
    const arm = async (): Promise<void> => {
      const { code, output } = await commands!.start(['kill', '--arm', runId]).ended;
      expect(code, output).to.equal(0);
      expect(output).to.include('armed again: orders may leave');
      await goesOn();
    };
    const owner = JSON.parse(readFileSync(path.join(storeDirectory(path.join(commands!.folder, 'results')), 'owner.json'), 'utf8')) as { pid: number };
    process.kill(owner.pid, 'SIGSTOP'); // the store is as good as dead
    try {
      const { code, output } = await commands!.start(['kill', runId]).ended;
      expect(code, output).to.equal(0);
      expect(output).to.match(/the kill switch is pulled \(command\); .*; every venue has confirmed within .* that nothing is open/);
      const [sent, stopped] = [orders(), killed()];
      await until('orders that are stopped', () => killed() > stopped + 100);
      expect(orders()).to.equal(sent);
      await arm();
    } finally {
      process.kill(owner.pid, 'SIGCONT');
    }

    process.kill(engine.read().pid, 'SIGUSR1');
    await until('the signal', () => engine.read().trip?.confirmed === true);
    expect(engine.read().trip?.by).to.equal('signal');
    await arm();

    process.kill(run.child.pid!, 'SIGSTOP');
    try {
      await until('the silence', () => engine.read().trip?.confirmed === true);
    } finally {
      process.kill(run.child.pid!, 'SIGCONT');
    }
    expect(engine.read().trip?.by).to.equal('orchestrator');
    await arm();

    run.child.kill('SIGINT');
    const { code, output } = await run.ended;
    expect(code, output).to.equal(130);
    const unknown = await commands!.start(['kill', 'no-such-run']).ended;
    expect(unknown).to.deep.equal({ code: 1, output: 'hopscope: no engine runs no-such-run\n' });
  });

  it('leaves nothing open when the orchestrator dies', async () => {
    const { run, page: engine } = await measuring('kill-orphan');
    run.child.kill('SIGKILL');
    await until('the engine\'s end', () => engine.read().state === 'done');
    const { kills, venues } = JSON.parse(readFileSync(path.join(runFolder('kill-orphan'), 'engine.json'), 'utf8')) as {
      kills: readonly { by: string; confirmed_ns: number | null }[]; venues: readonly { open_orders: number }[];
    };
    expect(kills).to.have.lengthOf(1);
    expect(kills[0]).to.include({ by: 'orchestrator' });
    expect(kills[0]?.confirmed_ns).to.be.above(0);
    expect(venues.map(({ open_orders: open }) => open)).to.deep.equal([0, 0]);
  });
});
