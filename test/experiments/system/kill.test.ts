/** kill -9 of an engine whose acknowledgements wait for the device: whatever its clients were told stands in the journals. */
import { expect } from 'chai';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Commands, requireExperiments, type Started } from './command.js';

const VENUES = 2;

const EXPERIMENT = `
name: killed
pipeline:
  venues: ${VENUES}
  feed: { seed: 7, rate: 20kpps, arrivals: poisson }
  oms: { every: 2 }
  journal: { device: uring, ack_after: durable, size: 64MiB, keep: true }
repeat: { warmup: 100ms, measure: 30s, runs: 1 }
`;

/** The engine is the runner's child. */
function engineOf({ child }: Started): number {
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
  const engine = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/hopscope-engine-'));
  if (engine === undefined) throw new Error('the run has no engine');
  return engine;
}

describe('experiments/system: kill -9', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let experiment: string;
  let results: string;

  before(function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
    results = path.join(commands.folder, 'results');
    experiment = path.join(commands.folder, 'killed.yaml');
    writeFileSync(experiment, EXPERIMENT);
  });

  after(() => commands?.close());

  async function lines(...args: readonly string[]): Promise<readonly string[]> {
    const { output } = await commands!.start(args).ended;
    return output.trim().split('\n');
  }

  /** Each order of which a journal says what its client was told: `venue session/UserRefNum`. */
  async function journaled(folder: string): Promise<ReadonlySet<string>> {
    const files = Array.from({ length: VENUES }, (_, venue) => path.join(folder, `journal-${venue}.hsj`));
    const told = new Set<string>();
    for (const line of await lines('journal', 'dump', ...files, '--json')) {
      const { venue, type, order } = JSON.parse(line) as { venue: number; type: string; order: string };
      if (type === 'Accepted' || type === 'Rejected') told.add(`${venue} ${order}`);
    }
    return told;
  }

  it('loses no order that was acknowledged', async () => {
    const run = await commands!.measuring(['run', experiment]);
    await sleep(700);
    process.kill(engineOf(run), 'SIGKILL');
    const { code, output } = await run.ended;
    expect(code, output).to.equal(1);

    const folder = path.join(results, readdirSync(results).filter((name) => name.startsWith('killed-')).sort().at(-1) ?? '', 'run-1');
    const { run_id: runId } = JSON.parse(readFileSync(path.join(folder, 'plan.json'), 'utf8')) as { run_id: string };
    // What the clients' side saw left the engine with each answer, for a ring of the kernel's: it outlives the engine.
    const query = `SELECT venue, concat(toString(bitShiftRight(trace_id, 32)), '/', toString(bitAnd(trace_id, 0xffffffff)))
      FROM traces WHERE run_id = '${runId}' AND outcome IN ('accepted', 'rejected')`;
    const acknowledged = (await lines('query', query, '--format', 'tsv')).slice(1).map((line) => line.replace('\t', ' '));
    const told = await journaled(path.join(folder, 'journal'));
    expect(acknowledged.length).to.be.greaterThan(500);
    expect(acknowledged.filter((order) => !told.has(order))).to.deep.equal([]);
  });
});
