import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { usableCpus } from '../../../experiments/launch/placement.js';
import { packageRoot } from '../../../experiments/package_root.js';
import { BdevperfError, bdevperfArguments, bdevperfWrites, findBdevperf, measureBdevperf, type BdevperfOptions } from '../../../experiments/run/bdevperf.js';
import { skip } from '../../skip.js';

/** As SPDK 26.05 prints it, cut down; the first lines end without a newline. */
const PRINTED = `Running I/O for 3 seconds...
  1700559.00 IOPS,  6642.81 MiB/s                                     Latency(us)
 Device Information          : runtime(s)       IOPS      MiB/s     Fail/s     TO/s    Average        min        max
Job: Journal0 (Core Mask 0x2, workload: write, depth: 1, IO size: 4096)
\t Journal0            :       3.00 2000000.00    7812.50       0.00     0.00       0.43       0.14    5116.85
 ===================================================================================================================
 Total                       :            2000000.00    7812.50       0.00     0.00       0.43       0.14    5116.85

 Latency summary
 =============================================
 Job: Journal0 (Core Mask 0x2)
  1.00000% :     0.141us
 50.00000% :     0.202us
 90.00000% :     0.502us
 99.00000% :     0.843us
 99.90000% :     3.594us
 99.99000% :    32.689us
`;

describe('experiments/run/bdevperf', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'hopscope-bdevperf-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const configuration = (method: string): string => {
    const file = path.join(folder, 'spdk.json');
    writeFileSync(file, JSON.stringify({ subsystems: [{ subsystem: 'bdev', config: [{ method, params: { name: 'Journal0', num_blocks: 4096, block_size: 512 } }] }] }));
    return file;
  };
  const options = (config: string): BdevperfOptions => ({
    config, bdev: 'Journal0', memoryBytes: 256 * 2 ** 20, hugepages: false, blockBytes: 4096, depth: 1, cpu: usableCpus()[0] ?? 0, housekeepingCpu: usableCpus().at(-1) ?? 0, scheduler: 'other',
    session: { remember: () => undefined }, signal: new AbortController().signal,
  });

  it('writes to the journal\'s bdev, on its CPU and with its memory', () => {
    const args = bdevperfArguments({ ...options('/x.json'), cpu: 3, hugepages: true }).join(' ');
    expect(args).to.include('-c /x.json -T Journal0 -w write -o 4096 -q 1 ').and.include('-m [3]').and.include('-s 384 ').and.not.include('--no-huge');
    expect(bdevperfArguments(options('/x.json'))).to.include('--no-huge');
  });

  it('reads its figures, and none where a write failed or none was made', () => {
    expect(bdevperfWrites(PRINTED, 4096)).to.deep.equal({ count: 6_000_000, p50: 202, p90: 502, p99: 843, p999: 3594, max: 5_116_850, bytes_per_s: 8.192e9 });
    expect(bdevperfWrites(PRINTED.replace(/^( Total.*?7812\.50 +)0\.00/m, '$19.00'), 4096)).to.equal(undefined);
    expect(bdevperfWrites(PRINTED.slice(0, PRINTED.indexOf('99.00000%')), 4096)).to.equal(undefined);
  });

  it('is where the build found it', () => {
    expect(findBdevperf('A:B=c\nHOPSCOPE_BDEVPERF:FILEPATH=/opt/bin/bdevperf\n')).to.equal('/opt/bin/bdevperf');
    expect(findBdevperf('HOPSCOPE_BDEVPERF:FILEPATH=HOPSCOPE_BDEVPERF-NOTFOUND\n')).to.equal(undefined);
    expect(findBdevperf('')).to.equal(undefined);
  });

  it('writes over nothing that lasts', async () => {
    const error = await measureBdevperf(options(configuration('bdev_aio_create'))).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(BdevperfError);
    expect(String(error)).to.match(/bdevperf would write over what is on Journal0/);
  });

  it('measures a real bdev', async function () {
    if (findBdevperf(readFileSync(path.join(packageRoot(), 'build', 'CMakeCache.txt'), 'utf8')) === undefined) skip(this, 'no bdevperf was found when the engine was built (docs/spdk.md)');
    if (process.getuid?.() !== 0) skip(this, 'SPDK needs root');
    this.timeout(60_000);
    const { tool, writes, command } = await measureBdevperf(options(configuration('bdev_malloc_create')));
    expect(tool).to.equal('bdevperf');
    expect(writes.p50).to.be.greaterThan(0).and.at.most(writes.max);
    expect(writes.bytes_per_s).to.be.greaterThan(0);
    expect(command).to.match(/^bdevperf -c /);
  });
});
