/** The journal on SPDK: the same run as in memory, whatever it is written to; and one line where it cannot be. */
import { expect } from 'chai';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { builtWithSpdk } from '../../../experiments/doctor/bypass.js';
import { skip } from '../../skip.js';
import { Commands, ROOT, requireExperiments, summaryOf, type Ended } from './command.js';

const EXPERIMENT = (config: string): string => `
name: spdk
pacing: lockstep
pipeline:
  venues: 2
  hugepages: off
  feed: { seed: 7, messages: 2k }
  journal: { device: memory, size: 16MiB, spdk: { config: ${config}, bdev: [Journal0, Journal1], memory: 256MiB } }
probes: { lane: stamps, stalls: false }
repeat: { warmup: 1ms, runs: 1 }
`;
/** Small pools: the defaults take 200 MiB. */
const POOLS = [
  { subsystem: 'iobuf', config: [{ method: 'iobuf_set_options', params: { small_pool_count: 1024, large_pool_count: 64, small_bufsize: 8192, large_bufsize: 135168 } }] },
];
const malloc = (name: string): object => ({ method: 'bdev_malloc_create', params: { name, num_blocks: 32_768, block_size: 512 } });

describe('experiments/system: journal on SPDK', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let experiment: string;
  let reference: unknown;

  function run(...overrides: readonly string[]): Promise<Ended> {
    return commands!.start(['run', experiment, '--json', `${experiment}.json`, ...overrides.flatMap((override) => ['--set', override])]).ended;
  }
  async function outcome(...overrides: readonly string[]): Promise<unknown> {
    const { code, output } = await run(...overrides);
    expect(code, output).to.equal(0);
    const { digest, counters } = summaryOf(`${experiment}.json`).variants[0]!.runs[0]!;
    return { digest, orders: counters.orders, acks: counters.acks, records: counters.journal_records };
  }
  const requireSpdk = (context: Mocha.Context): void => {
    if (builtWithSpdk(readFileSync(path.join(ROOT, 'build', 'CMakeCache.txt'), 'utf8')) === undefined) skip(context, 'the engine was built without SPDK (docs/spdk.md)');
  };

  before(async function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
    experiment = path.join(commands.folder, 'spdk.yaml');
    const config = path.join(commands.folder, 'spdk.json');
    writeFileSync(config, JSON.stringify({ subsystems: [...POOLS, { subsystem: 'bdev', config: [malloc('Journal0'), malloc('Journal1')] }] }));
    writeFileSync(experiment, EXPERIMENT(config));
    reference = await outcome();
  });

  after(() => commands?.close());

  it('is the same journal as in memory and in files, and leaves nothing', async function () {
    requireSpdk(this);
    for (const submit of ['helper', 'inline']) expect(await outcome('pipeline.journal.device=uring', `pipeline.journal.submit=${submit}`), submit).to.deep.equal(reference);
    const sockets = (): readonly string[] => readdirSync('/var/tmp').filter((name) => name.startsWith('spdk'));
    const before = sockets();
    expect(await outcome('pipeline.journal.device=spdk')).to.deep.equal(reference);
    expect(sockets()).to.deep.equal(before);
  });

  it('names the bdevs that there are instead of the one that there is not', async function () {
    requireSpdk(this);
    const { code, output } = await run('pipeline.journal.device=spdk', 'pipeline.journal.spdk.bdev=[Nvme0n1, Nvme1n1]');
    expect(code).not.to.equal(0);
    expect(output).to.match(/Nvme[01]n1 does not exist: \S+ makes Journal0, Journal1/);
  });

  it('repeats what SPDK says of a configuration that it does not take', async function () {
    requireSpdk(this);
    const bad = path.join(commands!.folder, 'bad.json');
    writeFileSync(bad, JSON.stringify({ subsystems: [...POOLS, { subsystem: 'bdev', config: [{ method: 'bdev_moloch_create', params: {} }] }] }));
    const { code, output } = await run('pipeline.journal.device=spdk', `pipeline.journal.spdk.config=${bad}`);
    expect(code).not.to.equal(0);
    expect(output).to.match(/SPDK does not take \S+bad\.json \(.+\)/);
  });

  it('is refused in one line by an engine without it', async function () {
    if (builtWithSpdk(readFileSync(path.join(ROOT, 'build', 'CMakeCache.txt'), 'utf8')) !== undefined) skip(this, 'this engine has SPDK');
    const { code, output } = await run('pipeline.journal.device=spdk');
    expect(code).not.to.equal(0);
    expect(output).to.include('spdk is not in this engine');
  });
});
