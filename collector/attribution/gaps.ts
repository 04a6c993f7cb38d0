/**
 * Idle gaps: time that is missing between two rounds of a reactor with nothing to do, whatever took it.
 *
 * They serve twice. Those that hold exactly one kernel event tell what such an event costs beyond the time it is seen to take (entry,
 * exit, cold caches). Those that kernel events and these costs explain less than half were taken by the hypervisor or by hardware.
 */
import { causeName } from '../stall_causes.js';
import type { Coverage } from './coverage.js';
import { IntervalReader, NO_OVERHEADS, type Overheads } from './interval.js';
import { quantile } from './quantile.js';
import type { Kinds } from './stall_columns.js';

export interface GapColumns {
  readonly length: number;
  readonly thread: Uint16Array;
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
}

export interface GapExplanation {
  readonly overheads: Overheads;
  /** By gap, whole ns. */
  readonly explainedNs: Float64Array;
  /** Gaps that are less than half explained, by index. */
  readonly unexplained: readonly number[];
  /** Explained time by the name of its cause. */
  readonly explainedByCause: Readonly<Record<string, number>>;
}

/** Fewer gaps than this say nothing about a cause's overhead: it counts as 0. */
export const LEAST_OVERHEAD_GAPS = 20;
const OVERHEAD_LEVEL = 0.9;
const EXPLAINED_SHARE = 0.5;

export function explainGaps(gaps: GapColumns, coverage: Coverage, kinds: Kinds, toleranceNs: number): GapExplanation {
  const reader = new IntervalReader(coverage, kinds, toleranceNs);
  const overheads = overheadsOf(gaps, reader, kinds);
  const explainedNs = new Float64Array(gaps.length);
  const unexplained: number[] = [];
  const explainedByCause: Record<string, number> = {};
  for (let gap = 0; gap < gaps.length; gap += 1) {
    const durationNs = gaps.durationNs[gap] ?? 0;
    readGap(reader, gaps, gap);
    const explained = durationNs - reader.divide(durationNs, overheads);
    explainedNs[gap] = explained;
    for (const { kind, delayNs } of reader.met.slice(0, reader.count)) {
      const name = causeName(kinds.at(kind).cause);
      explainedByCause[name] = (explainedByCause[name] ?? 0) + delayNs;
    }
    if (explained < EXPLAINED_SHARE * durationNs) unexplained.push(gap);
  }
  return { overheads, explainedNs, unexplained, explainedByCause };
}

function overheadsOf(gaps: GapColumns, reader: IntervalReader, kinds: Kinds): Overheads {
  const samples = new Map<number, number[]>();
  for (let gap = 0; gap < gaps.length; gap += 1) {
    readGap(reader, gaps, gap);
    const [met] = reader.met;
    if (reader.ended !== 1 || reader.count !== 1 || met?.outermost !== 1) continue;
    const uncoveredNs = reader.divide(gaps.durationNs[gap] ?? 0, NO_OVERHEADS);
    const { cause } = kinds.at(met.kind);
    const ofCause = samples.get(cause);
    if (ofCause === undefined) samples.set(cause, [uncoveredNs]);
    else ofCause.push(uncoveredNs);
  }
  const enough = [...samples].filter(([, ofCause]) => ofCause.length >= LEAST_OVERHEAD_GAPS);
  return new Map(enough.map(([cause, ofCause]) => [cause, quantile(ofCause, OVERHEAD_LEVEL)]));
}

/** The thread read its clock at both ends of a gap. */
function readGap(reader: IntervalReader, { thread, startNs, durationNs }: GapColumns, gap: number): void {
  const fromNs = startNs[gap] ?? 0;
  reader.read({ thread: thread[gap] ?? 0, fromNs, toNs: fromNs + (durationNs[gap] ?? 0), fromIsOwn: true });
}
