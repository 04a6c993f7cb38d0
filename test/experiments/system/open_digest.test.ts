/** `pacing: open`: fills depend on timing, but what the OMS sends does not, on whichever network. */
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Commands, requireExperiments, summaryOf } from './command.js';

const OPEN = `
name: open-digest
pipeline: { feed: { seed: 7, rate: 5kpps, arrivals: poisson }, oms: { every: 4 }, venues: 2, journal: { device: memory, size: 64MiB } }
pacing: open
repeat: { warmup: 100ms, measure: 500ms, runs: 1 }
vary: { pipeline.build: [dpdk, socket] }
`;

describe('experiments/system: order-stream digest', function () {
  this.timeout(60_000);
  let commands: Commands | undefined;
  let experiment: string;

  before(function () {
    requireExperiments(this, ['dpdk', 'socket']);
    commands = new Commands();
    experiment = path.join(commands.folder, 'open.yaml');
    writeFileSync(experiment, OPEN);
  });

  after(() => commands?.close());

  async function digests(...settings: readonly string[]): Promise<readonly string[]> {
    const json = `${experiment}.json`;
    const { code, output } = await commands!.start(['run', experiment, '--json', json, ...settings.flatMap((setting) => ['--set', setting])]).ended;
    expect(code, output).to.equal(0);
    return summaryOf(json).variants.flatMap(({ runs }) =>
      runs.map(({ digest }) => {
        expect(digest.journal, 'open pacing promises no journal digest').to.equal(null);
        expect(digest.null_because).to.include('pacing');
        expect(digest.orders).to.match(/^[0-9a-f]{8,}$/);
        return digest.orders ?? '';
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
