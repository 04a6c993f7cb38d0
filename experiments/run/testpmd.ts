/**
 * What the same virtual device can do with nothing around it: dpdk-testpmd forwards one burst of packets in a circle over one net_ring, swapping
 * MAC addresses, on the engine's own CPU. Run after the engine, never beside it.
 */
import { spawn } from 'node:child_process';
import type { Session } from '../isolation/session.js';
import type { Scheduler } from '../launch/plan.js';
import { identify } from '../launch/process_identity.js';

export interface TestpmdResult {
  /** Packets per second, median of the printed one-second rates after the first. */
  readonly pps: number;
  readonly command: string;
}

/** testpmd is missing or did not forward; the message says what to install. */
export class TestpmdError extends Error {
  override readonly name = 'TestpmdError';
}

const SECONDS = 4;

export function testpmdArguments({ cpu, housekeepingCpu, hugepages, burst }: Pick<TestpmdOptions, 'cpu' | 'housekeepingCpu' | 'hugepages' | 'burst'>): readonly string[] {
  return [
    '-l', `${housekeepingCpu},${cpu}`, `--main-lcore=${housekeepingCpu}`, '--no-pci', '--no-telemetry',
    ...(hugepages ? ['--in-memory'] : ['--no-huge', '--no-shconf', '-m', '256']),
    '--vdev=net_ring0', '--log-level=*:error', '--',
    '--forward-mode=macswap', '--tx-first', `--burst=${burst}`, '--stats-period=1', '--total-num-mbufs=4096', '--nb-cores=1', '--no-lsc-interrupt',
  ];
}

export interface TestpmdOptions {
  readonly cpu: number;
  readonly housekeepingCpu: number;
  readonly hugepages: boolean;
  /** The engine's (pipeline.burst). */
  readonly burst: number;
  /** The engine's: both are measured under the same conditions. */
  readonly scheduler: Scheduler;
  /** Remembers the process, so that the next command ends it should this one be killed: it spins at real-time priority. */
  readonly session: Pick<Session, 'remember'>;
  readonly signal: AbortSignal;
}

export async function measureTestpmd({ cpu, housekeepingCpu, hugepages, burst, scheduler, session, signal }: TestpmdOptions): Promise<TestpmdResult> {
  const args = testpmdArguments({ cpu, housekeepingCpu, hugepages, burst });
  const under = scheduler === 'fifo' ? ['chrt', '--fifo', '80'] : [];
  // The orchestrator is pinned to the housekeeping CPU; testpmd needs both. An open stdin keeps it from asking for a key.
  const child = spawn('taskset', ['--cpu-list', `${housekeepingCpu},${cpu}`, ...under, 'dpdk-testpmd', ...args], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const identity = child.pid === undefined ? undefined : identify(child.pid); // taskset and chrt become testpmd: same pid, same start
  if (identity !== undefined) session.remember({ kind: 'process', ...identity });
  const interrupt = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', interrupt, { once: true });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
  const stop = setTimeout(() => child.kill('SIGINT'), (SECONDS + 1) * 1000);
  const kill = setTimeout(() => child.kill('SIGKILL'), (SECONDS + 4) * 1000);
  await ended;
  signal.removeEventListener('abort', interrupt);
  clearTimeout(stop);
  clearTimeout(kill);
  const pps = forwardedPps(printed);
  if (pps === undefined) {
    const last = printed.trim().split('\n').at(-1) ?? '';
    throw new TestpmdError(`reference testpmd: dpdk-testpmd did not forward (${last.trim()}); apt install dpdk, or write reference: none`);
  }
  return { pps, command: `dpdk-testpmd ${args.join(' ')}` };
}

/** The `Rx-pps` figures of testpmd's periodic statistics; the first covers the start. */
export function forwardedPps(printed: string): number | undefined {
  const rates = [...printed.matchAll(/Rx-pps:\s+([0-9]+)/g)].map((match) => Number(match[1])).slice(1).filter((rate) => rate > 0).sort((a, b) => a - b);
  return rates.length === 0 ? undefined : rates[Math.floor(rates.length / 2)];
}
