// Programs that check the repository, run so that their complaint is what a test fails with.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { skip } from '../skip.js';
import { sourceFiles } from './includes.js';

export const execute = promisify(execFile);
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Runs a checker in the repository; its complaint becomes the assertion's message. */
export async function clean(command: string, args: readonly string[]): Promise<void> {
  try {
    await execute(command, [...args], { cwd: root, maxBuffer: 64 << 20 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} complains:\n${stdout}${stdout ? '' : stderr}`.slice(0, 6000), { cause: error });
  }
}

interface CompileCommand {
  readonly file: string;
}

/** Runs clang-tidy over all C++ but the tests', on two cores. A unit that several builds share is looked at as the first of them compiles it. */
export async function cleanForClangTidy(test: Mocha.Context): Promise<void> {
  const commands = join(root, 'build', 'compile_commands.json');
  if (!existsSync(commands)) skip(test, 'no build/compile_commands.json: run npm test, which builds first');
  // What this machine does not build (SPDK's device without SPDK) has no command, and its headers may be missing.
  const built = new Map((JSON.parse(readFileSync(commands, 'utf8')) as readonly CompileCommand[]).toReversed().map((command) => [command.file, command]));
  const units = sourceFiles(root).map(({ path }) => path).filter((path) => path.endsWith('.cpp') && !path.includes('/test/') && built.has(join(root, path)));
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-tidy-'));
  writeFileSync(join(folder, 'compile_commands.json'), JSON.stringify([...built.values()]));
  const args = ['-p', folder, '--quiet'];
  const work = async (): Promise<void> => {
    for (let batch = units.splice(0, UNITS_A_TIME); batch.length > 0; batch = units.splice(0, UNITS_A_TIME)) await clean('clang-tidy', [...args, ...batch]);
  };
  try {
    await Promise.all([work(), work()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Few, so that both cores come to their ends together. */
const UNITS_A_TIME = 4;
