// Debian's real Alertmanager with a configuration of its own, as a test needs it.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './fake_target.js';

const PROGRAM = 'prometheus-alertmanager';

export function hasAlertmanager(): boolean {
  return spawnSync(PROGRAM, ['--version'], { stdio: 'ignore' }).status === 0;
}

export interface Alertmanager {
  readonly url: string;
  /** What it holds now, silenced or not. */
  alerts(): Promise<readonly HeldAlert[]>;
  stop(): Promise<void>;
}

export interface HeldAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** @param hook webhook that it notifies, at once */
export async function startAlertmanager(port: number, hook: string): Promise<Alertmanager> {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-alertmanager-'));
  const config = join(dir, 'alertmanager.yml');
  writeFileSync(config, `route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 4h }
receivers: [{ name: hook, webhook_configs: [{ url: "${hook}", send_resolved: true }] }]
`);
  const url = `http://127.0.0.1:${port}`;
  const said: string[] = [];
  const child = spawn(PROGRAM, [`--config.file=${config}`, `--storage.path=${dir}`, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => said.push(part.toString('utf8')));
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await until('Alertmanager is ready', () => isReady(child, url), 15_000);
  } catch (error) {
    await stop();
    throw new Error(`${PROGRAM} does not start: ${said.join('')}`, { cause: error });
  }
  return { url, stop, alerts: async () => (await (await fetch(`${url}/api/v2/alerts`)).json()) as readonly HeldAlert[] };
}

async function isReady(child: ChildProcess, url: string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`ended with exit code ${child.exitCode}`);
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // nobody listens yet
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
