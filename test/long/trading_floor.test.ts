/** OMS, router, gate and venues together for a million random steps: engine/test/desk/trading_floor_property_test.cpp, of which npm test does fewer. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../experiments/system/command.js';
import { skip } from '../skip.js';

describe('long: the trading floor', function () {
  this.timeout(300_000);

  it('has books that balance, exceeds no limit and sends nothing after a kill', async function () {
    const tests = path.join(ROOT, 'build/engine/hopscope-engine-test');
    if (!existsSync(tests)) skip(this, 'the engine\'s tests are not built');
    const { stdout } = await promisify(execFile)(tests, ['--gtest_filter=TradingFloorProperty.*'], { timeout: 280_000, env: { ...process.env, HOPSCOPE_DESK_STEPS: '1000000' } });
    expect(stdout).to.match(/\[ {2}PASSED {2}\] 1 test/);
  });
});
