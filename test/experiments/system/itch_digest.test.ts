import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Commands, requireExperiments, summaryOf } from './command.js';
import { itchMarket } from './itch_market.js';

describe('experiments/system: ITCH replay', function () {
  this.timeout(60_000);
  let commands: Commands | undefined;

  before(function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
  });

  after(() => commands?.close());

  it('gives the same digests twice in lockstep', async () => {
    const { folder } = commands!;
    const file = path.join(folder, 'market.itch');
    const experiment = path.join(folder, 'replay.yaml');
    const json = path.join(folder, 'replay.json');
    writeFileSync(file, itchMarket());
    writeFileSync(experiment, `name: replay\npipeline: { venues: 2, feed: { flow: itch, file: ${file} }, oms: { every: 4 }, journal: { device: memory } }\npacing: lockstep\nrepeat: { warmup: 0s, runs: 2 }\n`);
    const { code, output } = await commands!.start(['run', experiment, '--json', json]).ended;
    expect(code, output).to.equal(0);
    const [first, second] = summaryOf(json).variants[0]?.runs ?? [];
    expect(first?.counters.orders).to.be.greaterThan(500);
    expect(first?.counters.fills).to.be.greaterThan(100);
    expect(first?.digest.journal).to.match(/^[0-9a-f]{8,}$/);
    expect(second?.digest).to.deep.equal(first?.digest);
  });
});
