// Prints what the set-up does, as it does it, with the time each step took.
import { spawnSync } from 'node:child_process';

/** An error whose message is the whole story: one line with its remedy. */
export class SetupError extends Error {}

const started = Date.now();

/** Seconds since this process began. */
export const elapsedSeconds = () => (Date.now() - started) / 1000;

/** Runs `work`, naming it first and telling afterwards how long it took. */
export function step(name, work) {
  const from = Date.now();
  process.stdout.write(`▸ ${name} …\n`);
  const result = work();
  process.stdout.write(`  ${name}: ${((Date.now() - from) / 1000).toFixed(1)} s\n`);
  return result;
}

/** Runs a program; its output is shown only when it fails (or when `show` is set). */
export function run(command, args, { show = false, env = {}, input, cwd } = {}) {
  const done = spawnSync(command, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 256 << 20,
    ...(input === undefined ? {} : { input }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (done.error) throw new SetupError(`${command} cannot be started (${done.error.message}): install it or check PATH`);
  if (done.status !== 0) {
    const tail = show ? '' : `\n${(done.stdout + done.stderr).trimEnd().split('\n').slice(-40).join('\n')}`;
    throw new SetupError(`\`${[command, ...args].join(' ')}\` failed with exit code ${done.status ?? done.signal}${tail}`);
  }
  return done.stdout ?? '';
}

const isRoot = process.getuid?.() === 0;

/** Runs a program as root: directly, or through sudo. */
export function runAsRoot(command, args, options = {}) {
  if (isRoot) return run(command, args, options);
  if (spawnSync('sudo', ['-V'], { stdio: 'ignore' }).status !== 0)
    throw new SetupError(`\`${[command, ...args].join(' ')}\` needs root: run as root or install sudo`);
  return run('sudo', [command, ...args], options);
}
