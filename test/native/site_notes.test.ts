import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';

import { recordLayout } from '../../native/index.js';

// An independent reader (binutils) must find in every engine build what the lane attaches to.
describe('USDT notes of the engine', () => {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
  for (const build of ['dpdk', 'socket']) {
    const engine = path.join(root, 'build', 'engine', `hopscope-engine-${build}`);
    const test = existsSync(engine) ? it : it.skip;
    test(`readelf finds every hop in build ${build}${existsSync(engine) ? '' : ' (skipped: not built)'}`, () => {
      const notes = execFileSync('readelf', ['--notes', '--wide', engine], { encoding: 'utf8', maxBuffer: 64 << 20 });
      const sites = [...notes.matchAll(/Provider: hopscope\s+Name: (\S+)/g)].map((match) => match[1]);
      expect([...new Set(sites)]).to.have.members([...recordLayout().hops.map((hop) => hop.name), 'capsule']);
    });
  }
});
