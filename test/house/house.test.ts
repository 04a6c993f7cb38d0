// The house keeps its rules by itself: types, lint, formatting, and who may use whom.
import { expect } from 'chai';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skip } from '../skip.js';
import { clean, execute, root } from './checkers.js';
import { findUpwardIncludes, sourceFiles } from './includes.js';

const bin = (...parts: readonly string[]): string => join(root, 'node_modules', ...parts);

/** The floors that hold TypeScript; a floor that is not built yet has no folder. */
const floors = ['experiments', 'dashboards', 'collector', 'native'].filter((floor) => existsSync(join(root, floor)));

describe('house rules', function () {
  this.timeout(900_000);

  it('type checks, tests included', () => clean(process.execPath, [bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.test.json']));

  it('passes the TypeScript linter', () => clean(process.execPath, [bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.']));

  it('has no TypeScript import upward and no circle', () =>
    clean(process.execPath, [bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), ...floors, '--config']));

  it('notices a TypeScript import that runs upward', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hopscope-house-'));
    try {
      mkdirSync(join(folder, 'collector'));
      mkdirSync(join(folder, 'experiments'));
      writeFileSync(join(folder, 'tsconfig.json'), readFileSync(join(root, 'tsconfig.json')));
      writeFileSync(join(folder, 'experiments', 'run.ts'), 'export const run = 1;\n');
      writeFileSync(join(folder, 'collector', 'bad.ts'), "import { run } from '../experiments/run.js';\nexport const bad = run;\n");
      const args = [bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), 'collector', '--config', join(root, '.dependency-cruiser.cjs')];
      const outcome = await execute(process.execPath, args, { cwd: folder }).then(
        () => '',
        (error: unknown) => (error as { stdout: string }).stdout,
      );
      expect(outcome).to.contain('collector-looks-up');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has no C++ include upward and no circle between folders', () => {
    expect(findUpwardIncludes(sourceFiles(root))).to.deep.equal([]);
  });

  it('notices a C++ include that runs upward', () => {
    const files = [
      { path: 'engine/book/books.h', text: '#include "engine/oms/oms.h"\n' },
      { path: 'engine/oms/oms.h', text: '#include "engine/book/books.h"\n' },
      { path: 'native/page.cpp', text: '#include "bpf/records.h"\n' },
      { path: 'bpf/stream.bpf.c', text: '#include "native/page.h"\n' },
    ];
    expect(findUpwardIncludes(files)).to.deep.equal([
      'engine/book/books.h includes engine/oms/oms.h',
      'bpf/stream.bpf.c includes native/page.h',
    ]);
  });

  it('formats its C++ as .clang-format says', async function () {
    const version = await execute('clang-format', ['--version']).then(({ stdout }) => stdout, () => '');
    // Versions format differently; the repository is written with Debian 12's.
    if (!version.includes('version 14.')) skip(this, `clang-format 14 is needed, found: ${version.trim() || 'none'}`);
    await clean('clang-format', ['--dry-run', '-Werror', ...sourceFiles(root).map(({ path }) => path)]);
  });
});
