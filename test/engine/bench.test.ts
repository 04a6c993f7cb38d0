// The benchmark on short streams: what each replay comes to is fixed by its seed, so a wrong optimisation shows here. Costs are not judged.
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const Figures = z.object({
  schema: z.literal(1),
  streams: z.array(
    z.object({
      stream: z.string(),
      operations: z.number(),
      cpu_ns: z.number().positive(),
      equal: z.boolean(),
      trade_hash: z.string().optional(),
      book_digest: z.string().optional(),
      journal_digest: z.string().optional(),
      answers_digest: z.string().optional(),
    }),
  ),
});

describe('hopscope-bench', () => {
  it('reproduces the trades, books, journals and risk decisions of short streams, and writes them with --json', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hopscope-bench-'));
    try {
      const file = join(directory, 'figures.json');
      await promisify(execFile)(join(root, 'build', 'engine', 'hopscope-bench'), ['20000', '--json', file]);
      const { streams } = Figures.parse(JSON.parse(await readFile(file, 'utf8')));
      expect(streams.map(({ stream, operations, equal, trade_hash, book_digest, journal_digest, answers_digest }) => [stream, operations, equal, trade_hash ?? book_digest ?? journal_digest ?? answers_digest])).to.deep.equal([
        ['w1k', 20000, true, 'bd816a3b85d91a0e'],
        ['w10k', 20000, true, '0af812abfd652968'],
        ['feed1k', 20000, true, '52558aaadf9064e4'],
        ['feed1k-single', 20000, true, '52558aaadf9064e4'],
        ['feed16', 20000, true, '8bab96e2fc2f34e7'],
        ['journal32', 20000, true, 'fa75baa4ab673981'],
        ['journal1', 20000, true, 'fa75baa4ab673981'],
        ['gate', 20000, true, 'f735c5f5a4d6e8a4'],
        ['gate-defaults', 20000, true, 'ee767539e20205ba'],
      ]);
    } finally {
      await rm(directory, { recursive: true });
    }
  }).timeout(60_000);
});
