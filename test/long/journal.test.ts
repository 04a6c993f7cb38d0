/** What takes the journal long: devices that it has to wait for until it gives them up. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../experiments/system/command.js';
import { skip } from '../skip.js';

describe('long: the journal', function () {
  this.timeout(120_000);

  it('gives up a block device of the kernel\'s that hangs, whoever writes to it', async function () {
    const tests = path.join(ROOT, 'build/engine/hopscope-engine-test');
    if (!existsSync(tests)) skip(this, 'the engine\'s tests are not built');
    const { stdout } = await promisify(execFile)(tests, ['--gtest_also_run_disabled_tests', '--gtest_filter=*HungDevice*'], { timeout: 120_000 });
    if (/\[ {2}SKIPPED \]/.test(stdout)) skip(this, 'this machine gives this user no loop device, or does not let it mount one');
    expect(stdout).to.match(/\[ {2}PASSED {2}\] 4 tests/);
  });
});
