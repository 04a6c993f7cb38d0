import { recordLayout } from '../../native/index.js';
import type { JournalRow, TraceRow } from './row_reader.js';

/** Every duration that stored rows tell, by hop and span, sorted: what the lane's histograms must agree with. */
export function durationsOf(traces: readonly TraceRow[], journal: readonly JournalRow[]): ReadonlyMap<string, readonly number[]> {
  const { hops, spans } = recordLayout();
  const index = new Map(hops.map((hop, i) => [hop.name, i]));
  const between = [...hops.slice(1).map((hop) => ({ name: hop.name, from: hop.predecessor, to: hop.name })), ...spans];
  const branch: Readonly<Record<string, (row: JournalRow) => number>> = {
    'journal.append': () => 0,
    'journal.write': (row) => row.writeNs,
    'journal.durable': (row) => row.durableNs,
  };
  return new Map(
    between.map(({ name, from, to }) => {
      const begin = index.get(from) ?? 0;
      const end = index.get(to) ?? 0;
      const [branchBegin, branchEnd] = [branch[from], branch[to]];
      const durations =
        end <= 12
          ? traces.filter((row) => ((row.hops >> begin) & (row.hops >> end) & 1) === 1).map((row) => (row.hopNs[end] ?? 0) - (row.hopNs[begin] ?? 0))
          : journal.map((row) => (branchBegin && branchEnd ? branchEnd(row) - branchBegin(row) : NaN));
      return [name, durations.sort((a, b) => a - b)];
    }),
  );
}
