/** Acknowledgements that wait for the journal: the same business whatever they wait for, and hops that say what they waited for. */
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DetailedRun } from '../../../experiments/run/run_summary.js';
import { Commands, requireExperiments, summaryOf } from './command.js';

const VARIANTS = [
  { name: 'memory', device: 'memory', submit: 'helper', after: 'match', durability: 'write' },
  { name: 'memory-write', device: 'memory', submit: 'helper', after: 'write', durability: 'write' },
  { name: 'memory-durable', device: 'memory', submit: 'helper', after: 'durable', durability: 'write' },
  { name: 'helper-write', device: 'uring', submit: 'helper', after: 'write', durability: 'write' },
  { name: 'helper-durable', device: 'uring', submit: 'helper', after: 'durable', durability: 'write' },
  { name: 'inline-write', device: 'uring', submit: 'inline', after: 'write', durability: 'write' },
  { name: 'inline-durable', device: 'uring', submit: 'inline', after: 'durable', durability: 'write' },
  { name: 'helper-flushed', device: 'uring', submit: 'helper', after: 'durable', durability: 'flush' },
  { name: 'inline-flushed', device: 'uring', submit: 'inline', after: 'durable', durability: 'flush' },
] as const;

const EXPERIMENT = `
name: ack-after
pipeline:
  venues: 2
  feed: { seed: 7, messages: 1500 }
  oms: { every: 4, limit_percent: 40, cancel_after: 4 }
pacing: lockstep
repeat: { warmup: 0s, runs: 1 }
vary:
${VARIANTS.map(({ name, device, submit, after, durability }) =>
  `  - { name: ${name}, pipeline.journal: { device: ${device}, submit: ${submit}, ack_after: ${after}, durability: ${durability}, size: 16MiB } }`).join('\n')}
`;

/** Stamped hops 13 and 14, as `traces.hops` has them. */
const STAMPS = { match: 0, write: 1 << 13, durable: (1 << 13) | (1 << 14) } as const;

describe('experiments/system: what acknowledgements wait for', function () {
  this.timeout(180_000);
  let commands: Commands | undefined;
  let runs: ReadonlyMap<string, DetailedRun>;

  before(async function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
    const file = path.join(commands.folder, 'ack-after.yaml');
    const json = path.join(commands.folder, 'ack-after.json');
    writeFileSync(file, EXPERIMENT);
    const { code, output } = await commands.start(['run', file, '--json', json]).ended;
    expect(code, output).to.equal(0);
    runs = new Map(summaryOf(json).variants.map((variant) => [variant.name, variant.runs[0]!]));
  });

  after(() => commands?.close());

  it('leaves the business as it is: all digests are equal', () => {
    expect([...runs.keys()]).to.deep.equal(VARIANTS.map(({ name }) => name));
    const [first, ...others] = [...runs.values()];
    expect(first?.digest.journal).to.match(/^[0-9a-f]{8,}$/);
    expect(first?.counters.fills).to.be.greaterThan(50);
    for (const { digest } of others) expect(digest).to.deep.equal(first?.digest);
  });

  it('says of each what durable means there', () => {
    for (const { name, device, durability } of VARIANTS) {
      const meant = device === 'memory' ? 'copied to memory: nothing is durable' : durability === 'flush' ? 'RWF_DSYNC' : 'no flush';
      expect(runs.get(name)?.durable_kind, name).to.include(meant);
    }
  });

  it('stamps what each acknowledgement waited for before it leaves, as its journal branch has it', async () => {
    for (const { name, after } of VARIANTS) {
      const runId = runs.get(name)?.run_id ?? '';
      const waits = STAMPS.durable;
      const query = `SELECT count(), countIf(bitAnd(hops, ${waits}) = ${STAMPS[after]}),
          countIf(journal_write > venue_tx OR journal_durable > venue_tx),
          countIf(journal_write > 0 AND abs(greatest(toInt64(journal_write) - toInt64(journal_append), 0) - toInt64(write_ns)) > 1),
          countIf(journal_durable > 0 AND abs(greatest(toInt64(journal_durable) - toInt64(journal_append), 0) - toInt64(durable_ns)) > 1)
        FROM traces INNER JOIN journal_traces USING (run_id, trace_id) WHERE run_id = '${runId}' AND outcome = 'accepted'`;
      const { output } = await commands!.start(['query', query, '--format', 'tsv']).ended;
      const [orders = 0, stamped, late, otherWrite, otherDurable] = (output.trim().split('\n').at(-1) ?? '').split('\t').map(Number);
      expect(orders, output).to.be.greaterThan(300);
      expect({ stamped, late, otherWrite, otherDurable }, name).to.deep.equal({ stamped: orders, late: 0, otherWrite: 0, otherDurable: 0 });
    }
  });

  it('counts venue.tx from there: the device\'s time is in the spans, and not in that hop', () => {
    for (const name of ['helper-durable', 'inline-durable']) {
      const { 'venue.tx': answer, order_to_ack: whole, 'journal.durable': device } = runs.get(name)?.latency_ns ?? {};
      expect(whole?.p50, name).to.be.greaterThan(device?.p50 ?? Infinity);
      expect(answer?.p50, name).to.be.lessThan(whole?.p50 ?? 0);
    }
  });
});
