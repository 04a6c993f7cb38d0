/** The matching book against its reference model: ten million random operations. `npm test` makes 200,000 of them. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { skip } from '../skip.js';

const PROGRAM = path.join(import.meta.dirname, '../../build/engine/hopscope-engine-test');

describe('long: the matching book', () => {
  it('does what the reference model does, ten million times', function () {
    this.timeout(10 * 60_000);
    if (!existsSync(PROGRAM)) return skip(this, 'the C++ tests are not built');
    const environment = { ...process.env, HOPSCOPE_MODEL_OPERATIONS: '10000000' };
    const { status, stdout } = spawnSync(PROGRAM, ['--gtest_filter=*MatchingProperty*'], { env: environment, encoding: 'utf8' });
    expect(status, stdout).to.equal(0);
    expect(stdout).to.match(/\[ {2}PASSED {2}\] [1-9]/);
  });
});
