/** `pacing: open`: fills depend on timing, but what the OMS sends does not, on whichever network. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { usableCpus } from '../../../experiments/launch/placement.js';
import type { ExperimentSummary } from '../../../experiments/run/summarise.js';
import { skip } from '../../skip.js';

const root = path.join(import.meta.dirname, '../../..');

const OPEN = `
name: open-digest
pipeline: { feed: { seed: 7, rate: 5kpps, arrivals: poisson }, oms: { every: 4 }, venues: 2, journal: { device: memory, size: 64MiB } }
pacing: open
repeat: { warmup: 100ms, measure: 500ms, runs: 1 }
vary: { pipeline.build: [dpdk, socket] }
`;

describe('experiments/system: order-stream digest', function () {
  this.timeout(60_000);
  let folder = '/nonexistent'; // until there is one

  before(function () {
    if (process.getuid?.() !== 0) skip(this, 'running the engine needs root');
    if (usableCpus().length < 2) skip(this, 'running the engine needs two CPUs');
    for (const needed of ['engine/hopscope-engine-dpdk', 'engine/hopscope-engine-socket', 'native/hopscope.node']) {
      if (!existsSync(path.join(root, 'build', needed))) skip(this, `${needed} is not built`);
    }
    folder = mkdtempSync(path.join(tmpdir(), 'hopscope-system-'));
    writeFileSync(path.join(folder, 'open.yaml'), OPEN);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  async function digests(...settings: readonly string[]): Promise<readonly string[]> {
    const json = path.join(folder, 'open.json');
    const env = { ...process.env, HOPSCOPE_RESULTS: path.join(folder, 'results'), HOPSCOPE_DENY: '', HOPSCOPE_STORE_URL: '' };
    const args = ['--import', 'tsx', path.join(root, 'experiments/cli.ts'), 'run', path.join(folder, 'open.yaml'), '--json', json];
    await promisify(execFile)(process.execPath, [...args, ...settings.flatMap((setting) => ['--set', setting])], { env, cwd: root });
    return (JSON.parse(readFileSync(json, 'utf8')) as ExperimentSummary).variants.flatMap(({ runs }) =>
      runs.map(({ digest }) => {
        expect(digest.journal, 'open pacing promises no journal digest').to.equal(null);
        expect(digest.null_because).to.include('pacing');
        expect(digest.orders).to.match(/^[0-9a-f]{8,}$/);
        return digest.orders;
      }),
    );
  }

  it('is the same on both builds, and another for another seed', async () => {
    const seven = await digests();
    expect(seven).to.have.lengthOf(2);
    expect(seven[0]).to.equal(seven[1]);
    const [eight] = await digests('pipeline.feed.seed=8', 'pipeline.build=dpdk');
    expect(eight).to.not.equal(seven[0]);
  });
});
