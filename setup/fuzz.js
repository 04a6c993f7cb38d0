// `npm run fuzz -- itch 60`: builds the fuzz target of a decoder and runs it for so many seconds, starting from its corpus. What it learns
// stays in build/fuzz; a finding is kept there too, and is to be put into engine/fuzz/corpus once it is fixed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build.js';
import { fuzzTargets } from './fuzz_targets.js';
import { run, SetupError, step } from './step.js';

const DEFAULT_SECONDS = 60;

function parseArguments([name, seconds = String(DEFAULT_SECONDS), ...rest]) {
  const targets = fuzzTargets();
  if (!targets.includes(name) || !/^[1-9]\d*$/.test(seconds) || rest.length > 0)
    throw new SetupError(`usage: npm run fuzz -- TARGET [SECONDS]; TARGET is one of ${targets.join(', ')}; SECONDS is ${DEFAULT_SECONDS} when not given`);
  return { name, seconds: Number(seconds) };
}

/** libFuzzer comes with clang's run-time libraries, a package of their own that nothing else here needs. */
function needLibFuzzer() {
  const resources = spawnSync('clang++', ['-print-resource-dir'], { encoding: 'utf8' });
  if (resources.error) throw new SetupError('clang++ cannot be started: apt-get install clang libclang-rt-dev');
  if (!existsSync(join(resources.stdout.trim(), 'lib', 'linux', 'libclang_rt.fuzzer-x86_64.a')))
    throw new SetupError('this clang has no libFuzzer: apt-get install libclang-rt-dev (or the libclang-rt-N-dev of this clang)');
}

function build(name) {
  step(`build the fuzz target ${name}`, () => {
    run('cmake', ['--preset', 'fuzz'], { cwd: root });
    run('cmake', ['--build', '--preset', 'fuzz', '--target', `hopscope-fuzz-${name}`], { cwd: root });
  });
}

/** Runs the target; returns what libFuzzer says of it: executions, and the file that holds the finding, if there is one. */
function fuzz(name, seconds) {
  const found = join(root, 'build', 'fuzz', 'found', name);
  const learnt = join(root, 'build', 'fuzz', 'corpus', name);
  for (const folder of [found, learnt]) mkdirSync(folder, { recursive: true });
  const options = [`-max_total_time=${seconds}`, '-timeout=10', '-print_final_stats=1', `-artifact_prefix=${found}/`];
  const done = spawnSync(join(root, 'build', 'fuzz', 'engine', 'fuzz', `hopscope-fuzz-${name}`), [...options, learnt, join(root, 'engine', 'fuzz', 'corpus', name)], {
    encoding: 'utf8',
    maxBuffer: 256 << 20,
    env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=1', UBSAN_OPTIONS: 'print_stacktrace=1' },
  });
  if (done.error) throw new SetupError(`the fuzz target ${name} cannot be started (${done.error.message})`);
  const said = (pattern) => pattern.exec(done.stderr)?.[1];
  return {
    clean: done.status === 0,
    executions: Number(said(/^stat::number_of_executed_units:\s*(\d+)/m) ?? 0),
    file: said(/Test unit written to (.*)/),
    output: done.stderr,
  };
}

try {
  const { name, seconds } = parseArguments(process.argv.slice(2));
  needLibFuzzer();
  build(name);
  const { clean, executions, file, output } = fuzz(name, seconds);
  if (!clean) process.stderr.write(`${output.trimEnd().split('\n').slice(-60).join('\n')}\n`);
  process.stdout.write(
    clean ? `fuzz ${name}: ${executions} inputs in ${seconds} s, no finding\n` : `fuzz ${name}: FINDING, ${file ?? 'no input was kept'}\n`,
  );
  process.exit(clean ? 0 : 1);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`✗ ${error.message}\n`);
  process.exit(1);
}
