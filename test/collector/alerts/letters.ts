// Notifications and folders for tests of what happens to them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RowSink } from '../../../collector/batcher.js';
import type { Notification } from '../../../collector/alerts/notification.js';
import type { RowBatch } from '../../../collector/store/store.js';

export function notification(different: Partial<Notification> = {}): Notification {
  return {
    version: 1,
    id: 'n-1',
    target: { kind: 'webhook', url: 'http://127.0.0.1:9/hook' },
    state: 'firing',
    rule: 'rtt-breach',
    severity: 'page',
    summary: 'too slow',
    expr: 'tick_to_ack.p99 > 100us',
    labels: { team: 'x' },
    run_id: 'run-1',
    experiment: 'e',
    variant: 'v',
    value: 132_400,
    unit: 'ns',
    reason: 'held for 5 s',
    since_ms: 1_700_000_000_000,
    fired_ms: 1_700_000_005_000,
    at_ms: 1_700_000_005_000,
    ...different,
  };
}

export interface ScratchFolder {
  readonly dir: string;
  remove(): void;
}

export function scratchFolder(): ScratchFolder {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-alerts-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Stands in for the store: keeps what it is given, unless it is told to refuse. */
export class FakeStore implements RowSink {
  readonly batches: RowBatch[] = [];
  refusal: Error | null = null;

  insert(batch: RowBatch): Promise<void> {
    if (this.refusal !== null) return Promise.reject(this.refusal);
    this.batches.push(batch);
    return Promise.resolve();
  }

  rows(table: string): readonly Record<string, unknown>[] {
    const lines = this.batches.filter((one) => one.table === table).flatMap((one) => Buffer.concat(one.rows).toString('utf8').trim().split('\n'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}
