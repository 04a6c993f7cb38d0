/** What the engine's threads met while one order was under way. */
import type { TracedOrder } from './orders.js';
import type { Store } from './store/store.js';

export interface TimelineEvent {
  /** Since the order's feed.due; negative where it began before. */
  readonly startNs: number;
  /** Equal to the start for an instant. */
  readonly endNs: number;
  readonly cause: string;
  readonly who: string;
  readonly detail: number;
  /** HS_STALL_FLAG_* of bpf/records.h. */
  readonly flags: number;
  /** Engine thread that met it. */
  readonly thread: number;
}

export interface Timeline {
  /** By their beginning, outer ones before those within them. */
  readonly events: readonly TimelineEvent[];
  /** Engine thread that emitted the order: the OMS's. */
  readonly thread: number;
}

/** A timeline that holds more than this cannot be read: the shortest are left out. */
const EVENTS = 200;

/** From feed.due to the last stamp of the path, the journal's branch not included. */
export async function timelineOf(store: Store, runId: string, order: TracedOrder): Promise<Timeline> {
  const end = Math.max(0, ...order.stamps.filter((stamp) => !stamp.hop.startsWith('journal.')).map((stamp) => stamp.offsetNs));
  const [row] = await store.rows<{ thread: number }>(
    'SELECT thread FROM traces WHERE run_id = {run:String} AND ts = toDateTime64({due:String}, 9, \'UTC\') AND trace_id = {trace:UInt64}',
    { run: runId, due: order.due, trace: order.traceId },
  );
  const events = await store.rows<StallRow>(
    `SELECT toUnixTimestamp64Nano(ts) - toUnixTimestamp64Nano(toDateTime64({due:String}, 9, 'UTC')) AS start, duration_ns, cause, who, detail, flags, thread
     FROM stalls WHERE run_id = {run:String} AND start <= {end:Int64} AND start + toInt64(duration_ns) >= 0 ORDER BY duration_ns DESC, start LIMIT ${EVENTS}`,
    { run: runId, due: order.due, end },
  );
  return {
    events: events
      .map(({ start, duration_ns, cause, who, detail, flags, thread }) => ({ startNs: start, endNs: start + duration_ns, cause, who, detail, flags, thread }))
      .sort((a, b) => a.startNs - b.startNs || b.endNs - a.endNs),
    thread: row?.thread ?? 0,
  };
}

interface StallRow {
  readonly start: number;
  readonly duration_ns: number;
  readonly cause: string;
  readonly who: string;
  readonly detail: number;
  readonly flags: number;
  readonly thread: number;
}
