/**
 * Alerts on their way into the store: gathered for a moment, sent behind everybody's back, tried again while the store is away.
 *
 * Unlike an order's rows they are few, and a store that fails ends no alert: it is told, and the newest rows wait.
 */
import type { AlertEvent, NotificationEvent } from './active_alert.js';
import type { RowSink } from '../batcher.js';
import { ToldOnce } from './told_once.js';

const GATHER_MS = 200;
const RETRY_MS = 5000;
const MAX_WAITING = 10_000;

interface Batch {
  readonly rows: readonly string[];
  readonly token: string;
}

export class AlertRows {
  #rows: string[] = [];
  #batch: Batch | null = null;
  #batches = 0;
  #lost = 0;
  #sending: Promise<boolean> | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #told: ToldOnce<'store'>;

  constructor(
    private readonly sink: RowSink,
    private readonly table: 'alerts' | 'alert_notifications',
    /** Unique to this object. */
    private readonly tokenPrefix: string,
    onTrouble: (line: string) => void,
  ) {
    this.#told = new ToldOnce(onTrouble);
  }

  add(row: Readonly<Record<string, unknown>>): void {
    this.#rows.push(JSON.stringify(row));
    if (this.#rows.length > MAX_WAITING) {
      this.#rows.shift();
      this.#lost += 1;
    }
    this.#schedule(GATHER_MS);
  }

  /** Sends everything that waits, if the store takes it now. @returns how many rows it has never taken */
  async close(): Promise<number> {
    if (this.#sending !== null) await this.#sending;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#batch !== null || this.#rows.length > 0) {
      if (!(await this.#send())) break;
    }
    return this.#lost + this.#rows.length + (this.#batch?.rows.length ?? 0);
  }

  #schedule(ms: number): void {
    if (this.#timer !== null || this.#sending !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#sending = this.#send();
      void this.#sending.then((stored) => {
        this.#sending = null;
        if (this.#batch !== null || this.#rows.length > 0) this.#schedule(stored ? GATHER_MS : RETRY_MS);
      });
    }, ms).unref();
  }

  /** A batch keeps its token until it is stored: one whose acknowledgement was lost is stored once. */
  async #send(): Promise<boolean> {
    if (this.#batch === null) {
      this.#batches += 1;
      this.#batch = { rows: this.#rows, token: `${this.tokenPrefix}/${this.table}/${this.#batches}` };
      this.#rows = [];
    }
    const { rows, token } = this.#batch;
    try {
      await this.sink.insert({ table: this.table, rows: [Buffer.from(`${rows.join('\n')}\n`)], format: 'JSONEachRow', token });
    } catch (error) {
      this.#told.trouble('store', `alerts are not stored: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
    this.#told.well('store');
    this.#batch = null;
    return true;
  }
}

/** Columns: ALERT_COLUMNS in collector/schema.ts. */
export function alertRow(event: AlertEvent): Readonly<Record<string, unknown>> {
  const { runId, rule, severity, state, unit, expr, reason, summary } = event;
  return { run_id: runId, ts: timeOf(event.atMs), rule, severity, state, value: floatOf(event.value), unit, expr, reason, summary };
}

/** Columns: ALERT_NOTIFICATION_COLUMNS in collector/schema.ts. */
export function notificationRow(event: NotificationEvent): Readonly<Record<string, unknown>> {
  const { runId, rule, state, target, delivered, error } = event;
  return { run_id: runId, ts: timeOf(event.atMs), rule, state, target, attempts: Math.min(event.attempts, 0xffff), delivered, error };
}

/** JSON has neither infinity nor "not a number"; ClickHouse reads them from text. */
function floatOf(value: number | null): number | string {
  if (value === null || Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? value : value > 0 ? 'inf' : '-inf';
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
