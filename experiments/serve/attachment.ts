/** How serve takes part in an engine that nobody hands over. */
import type { LaneOptions, PageView } from '../../native/index.js';

/**
 * - `adopt`: its records go into rings that nobody drains any more; they are stored from now on
 * - `probe`: its sites are probed from outside (--lane hops), and what that brings is stored
 * - `observe`: another process collects it, or it gives nothing out: counters and histograms of its page are shown, nothing is stored
 */
export type Attachment =
  | { readonly kind: 'adopt' | 'probe'; readonly lane: LaneOptions; readonly why: string }
  | { readonly kind: 'observe'; readonly why: string };

/** What a run's lane has when nothing is said (experiments/spec/schema.ts). */
const OUTPUT_BYTES = 2 ** 26;
/** Rings that exist already have their size. */
const RING_BYTES = 2 ** 24;

/**
 * @param asked --lane hops for this engine
 * @param isAlive whether the collector that the page names still lives
 * @param runId under which rows are stored
 */
export function attachmentFor(view: PageView, asked: 'hops' | undefined, isAlive: (pid: number) => boolean, runId: string): Attachment {
  const lane = { threads: view.threads, ringBytes: RING_BYTES, outputBytes: OUTPUT_BYTES, sample: 1, runId } as const;
  if (asked === 'hops') return { kind: 'probe', lane: { ...lane, lane: 'hops' }, why: `its sites are probed, as --lane hops asks; stored as run ${runId}` };
  const { collectorPid } = view;
  if (collectorPid !== 0 && isAlive(collectorPid)) return { kind: 'observe', why: `process ${collectorPid} collects it: its page is shown, nothing is stored twice` };
  const left = collectorPid === 0 ? 'nobody collects it' : `process ${collectorPid}, which collected it, has died`;
  if (view.lane === 'stream' && view.ringMapIds.length > 0) return { kind: 'adopt', lane: { ...lane, lane: 'stream', ringMapIds: view.ringMapIds }, why: `${left}: its rings are drained from now on, stored as run ${runId}` };
  return { kind: 'observe', why: `${left}, and lane ${view.lane} has no ring to take over: its page is shown; --pid ${view.pid} --lane hops probes its sites` };
}
