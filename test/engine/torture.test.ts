// The command line of the torture; what its rounds judge is tested in C++ (engine/test/torture).
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const binary = join(root, 'build', 'engine', 'hopscope-torture');

const torture = (...args: string[]) => promisify(execFile)(binary, args, { timeout: 15_000 });

async function refusal(...args: string[]): Promise<{ code: unknown; stderr: unknown }> {
  try {
    await torture(...args);
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'stderr' in error) return { code: error.code, stderr: error.stderr };
    throw error;
  }
  throw new Error(`hopscope-torture ${args.join(' ')} was not refused`);
}

describe('hopscope-torture', () => {
  it('runs as many rounds as asked for, from the seed, and sums up', async () => {
    const { stdout } = await torture('journal', '10', '--seed', '41', '--directory', join(root, 'build'));
    expect(stdout).to.match(/^journal: 10 rounds from seed 41\n/);
    expect(stdout).to.match(/\njournal: 10 rounds, 0 failed\n$/);
  });

  it('refuses what it does not understand with its usage, and a directory that is none with the remedy', async () => {
    for (const args of [[], ['journal'], ['journal', '0'], ['journal', '5x'], ['book', '5'], ['journal', '5', '--seed'], ['journal', '5', '--speed', '1']]) {
      const { code, stderr } = await refusal(...args);
      expect(code, args.join(' ')).to.equal(2);
      expect(stderr).to.match(/^usage: hopscope-torture journal ROUNDS/);
    }
    const { code, stderr } = await refusal('journal', '5', '--directory', '/nowhere');
    expect(code).to.equal(2);
    expect(stderr).to.equal('torture: no directory can be created in /nowhere: name another with --directory\n');
  });
});
