// `npm test`: prepares the machine, builds, runs every test in both languages and closes with one line for all of them.
// `npm run test:long` does the same with what takes too long for every change (test/long), and with nothing else; `npm run test:guest` with what
// needs a kernel of its own (test/guest), in a virtual machine.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build.js';
import { parseJunit } from './junit.js';
import { prepare } from './prepare.js';
import { elapsedSeconds } from './step.js';

const artefacts = join(root, 'build', 'test-results');

/** Runs one suite; a suite that leaves no summary counts as one failure, so that a crash can never look like success. */
function suite(name, command, args, env, read) {
  const from = elapsedSeconds();
  process.stdout.write(`\n▸ ${name}\n`);
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  let counts;
  try {
    counts = read();
  } catch {
    process.stdout.write(`✗ ${name} ended without a summary (exit code ${done.status ?? done.signal})\n`);
    counts = { passed: 0, failed: 1, skipped: [] };
  }
  if (done.status !== 0 && counts.failed === 0) counts.failed = 1;
  return { name, seconds: elapsedSeconds() - from, ...counts };
}

function ctest(name, binaryDir) {
  const file = join(artefacts, `${name}.xml`);
  const env = { UBSAN_OPTIONS: 'print_stacktrace=1', ASAN_OPTIONS: 'detect_leaks=1' };
  const args = ['--test-dir', binaryDir, '--output-on-failure', '--output-junit', file, '--progress', '-j', '2', '--timeout', '300', '--no-tests=error'];
  return suite(`C++ tests (${name})`, 'ctest', args, env, () => parseJunit(readFileSync(file, 'utf8')));
}

function mocha(name, files) {
  const file = join(artefacts, 'mocha.json');
  const args = [join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'), ...files];
  return suite(name, process.execPath, args, { HOPSCOPE_MOCHA_SUMMARY: file }, () => JSON.parse(readFileSync(file, 'utf8')));
}

/** Each of these excludes the others: what is slow, or needs more than the machine, is asked for by name. */
const SUITES = {
  '--long': () => [mocha('long tests', ['test/long/**/*.test.ts'])],
  '--guest': () => [mocha('guest tests', ['test/guest/**/*.test.ts'])],
};
const everyChange = () => [
  ctest('release', join(root, 'build')), ctest('asan', join(root, 'build', 'asan')),
  mocha('TypeScript tests', ['test/**/*.test.ts', '--ignore', 'test/long/**', '--ignore', 'test/guest/**']),
];

const asked = process.argv[2];
const guest = asked === '--guest';
prepare({ tests: true, guest });
const prepared = elapsedSeconds();
rmSync(artefacts, { recursive: true, force: true });
mkdirSync(artefacts, { recursive: true });

const suites = (SUITES[asked] ?? everyChange)();
const sum = (pick) => suites.reduce((total, each) => total + pick(each), 0);

process.stdout.write('\n');
for (const { name, skipped } of suites)
  for (const { name: test, reason } of skipped) process.stdout.write(`skipped: ${name}: ${test}: ${reason || 'NO REASON GIVEN'}\n`);
if (guest) process.stdout.write('the guest\'s processor is emulated: contents, counts and digests are what these tests judge; its timings mean nothing\n');
process.stdout.write(`set-up and build ${prepared.toFixed(0)} s; ${suites.map((each) => `${each.name} ${each.seconds.toFixed(0)} s`).join('; ')}\n`);
// A skip without a reason is a fault of the suite, and counts as one.
const unexplained = sum(({ skipped }) => skipped.filter(({ reason }) => !reason).length);
const failed = sum((each) => each.failed) + unexplained;
process.stdout.write(`${sum((each) => each.passed)} passed, ${failed} failed, ${sum((each) => each.skipped.length)} skipped\n`);
process.exit(failed === 0 ? 0 : 1);
