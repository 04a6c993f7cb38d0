// Every hop of the design is a real USDT site in every build of the engine, and so is the one that hands capsules over. That bpftrace finds
// them by name is shown in bpftrace.test.ts.
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HOPS } from '../../collector/catalogue.js';

const execute = promisify(execFile);
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Names and argument strings of a file's stapsdt notes of provider hopscope. */
async function notes(path: string): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await execute('readelf', ['-n', '--wide', path]);
  const found = stdout.matchAll(/Provider: hopscope\s+Name: (\S+)\s+Location: \S+, Base: \S+, Semaphore: \S+\s+Arguments: (.*)/g);
  return new Map([...found].map(([, name = '', args = '']) => [name, args.trim()]));
}

for (const build of ['dpdk', 'socket']) {
  describe(`probe sites of the ${build} build`, () => {
    const path = join(root, 'build', 'engine', `hopscope-engine-${build}`);

    it('has an ELF note for each, with its three arguments in the first argument registers', async () => {
      expect(existsSync(path), `${path} is built by npm test`).to.equal(true);
      const found = await notes(path);
      expect([...found.keys()].sort()).to.deep.equal([...HOPS.map(({ name }) => name), 'capsule'].sort());
      for (const args of found.values()) expect(args).to.equal('8@%rdi 8@%rsi 8@%rdx');
    });
  });
}
