/** Ten minutes of libFuzzer for each decoder; their corpora run in every `npm test`. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fuzzTargets } from '../../setup/fuzz_targets.js';

const ROOT = path.join(import.meta.dirname, '../..');
const SECONDS = 600;

describe('long: decoders read within their packet, whatever the bytes', function () {
  this.timeout((SECONDS + 300) * 1_000);
  for (const target of fuzzTargets()) {
    it(`${target}: ten minutes without a finding`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'setup/fuzz.js'), target, String(SECONDS)], { encoding: 'utf8', maxBuffer: 2 ** 28 });
      expect(status, stdout + stderr).to.equal(0);
      process.stdout.write(`      ${stdout.trim().split('\n').at(-1) ?? ''}\n`);
    });
  }
});
