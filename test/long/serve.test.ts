/** Ten minutes of `hopscope serve` under load; the short version is in test/experiments/serve/system.test.ts. */
import { expect } from 'chai';
import { loadServe } from '../experiments/serve/load.js';
import { ServedCommands } from '../experiments/serve/served.js';
import { requireExperiments } from '../experiments/system/command.js';

const RUNS = 4;
const RUN_SECONDS = 150;

describe('long: hopscope serve', function () {
  this.timeout(20 * 60_000);
  let served: ServedCommands;

  before(function () {
    requireExperiments(this, ['dpdk']);
    served = new ServedCommands();
  });

  after(() => served.close());

  it('serves ten minutes of 200,000 traced orders a second and three restarts: memory flat, the engine as fast as without it', async () => {
    const serve = await served.serve();
    const outcome = await loadServe(served, serve, RUNS, RUN_SECONDS);
    process.stdout.write(`      ${JSON.stringify(outcome)}\n`); // the figures are for the docs
    expect(outcome.lost).to.equal(0);
    expect(outcome.tracedPerSecond).to.be.above(199_000);
    expect(outcome.counted).to.equal(outcome.orders);
    const [, warm = NaN, ...later] = outcome.rssByRun; // the first run is the warm-up
    expect(Math.max(...later), `RSS by run: ${outcome.rssByRun.join(', ')}`).to.be.at.most(1.05 * warm);
    expect(outcome.equivalence?.farthest, JSON.stringify(outcome.equivalence)).to.be.at.most(0.02);
    serve.child.kill('SIGTERM');
    expect((await serve.ended).code).to.equal(0);
  });
});
