/**
 * What an attribution adds to the store: rows of `attributions`, what the idle gaps revealed, and how far each gap is explained.
 *
 * Each insertion carries a token made of run and page: a run that is attributed twice has its rows once.
 */
import { hopAt } from '../catalogue.js';
import { RowWriter } from '../row_writer.js';
import { NO_EVENT, causeByName, causeName } from '../stall_causes.js';
import type { Store } from '../store/store.js';
import type { GapColumns } from './gaps.js';
import type { HopDelay } from './hop_delays.js';
import type { OrderColumns } from './order_columns.js';
import type { Kinds, StallColumns } from './stall_columns.js';

const FULL_BYTES = 8 * 1024 * 1024;
const HYPERVISOR = causeByName('hypervisor').value;

export class AttributionWriter {
  readonly #rows = new RowWriter();
  readonly #full: Buffer[] = [];
  #page = 0;

  constructor(
    private readonly store: Store,
    private readonly runId: string,
    private readonly baseNs: bigint,
    private readonly stalls: StallColumns,
    private readonly kinds: Kinds,
  ) {}

  /** A row of `attributions`; its columns are those of collector/schema.ts. */
  add(orders: OrderColumns, { order, hop, thread, kind, delayNs, stall }: HopDelay): void {
    const dueNs = this.baseNs + BigInt(orders.dueNs[order] ?? 0);
    const { cause, who } = kind === null ? { cause: NO_EVENT, who: '' } : { cause: causeName(this.kinds.at(kind).cause), who: this.kinds.at(kind).who };
    const startNs = stall === null ? null : (this.stalls.startNs[stall] ?? 0);
    const stallNs = stall === null || startNs === null ? 0 : (this.stalls.endNs[stall] ?? 0) - startNs;
    this.#rows.text(this.runId).i64(dueNs).u64(orders.traceId[order] ?? 0).u8(orders.venue[order] ?? 0);
    this.#rows.text(hopAt(hop).name).text(cause).text(who).u16(thread).u64(Math.round(delayNs));
    this.#rows.i64(startNs === null ? dueNs : this.baseNs + BigInt(startNs)).u64(stallNs).u32(orders.tickToAckNs[order] ?? 0);
    if (this.#rows.bytes > FULL_BYTES) this.#full.push(this.#rows.take());
  }

  /** Stores what was added since the last call. */
  async flush(): Promise<void> {
    this.#page += 1;
    const rows = [...this.#full.splice(0), this.#rows.take()];
    if (rows.every((one) => one.length === 0)) return;
    await this.store.insert({ table: 'attributions', rows, format: 'RowBinary', token: `${this.runId}/attributions/${this.#page}` });
  }
}

/** Unexplained gaps become stalls like any other. */
export async function writeHypervisorStalls(
  store: Store,
  runId: string,
  baseNs: bigint,
  gaps: GapColumns,
  unexplained: readonly number[],
  cpuOf: ReadonlyMap<number, number>,
): Promise<void> {
  if (unexplained.length === 0) return;
  const rows = new RowWriter();
  for (const gap of unexplained) {
    const thread = gaps.thread[gap] ?? 0;
    rows.text(runId).i64(baseNs + BigInt(gaps.startNs[gap] ?? 0)).u64(gaps.durationNs[gap] ?? 0).u8(HYPERVISOR).u16(thread);
    rows.u16(cpuOf.get(thread) ?? 0).u64(0).u32(0).text('').u8(0);
  }
  await store.insert({ table: 'stalls', rows: [rows.take()], format: 'RowBinary', token: `${runId}/hypervisor` });
}

/** Newer rows of the same gaps: the view `gaps` shows these. */
export async function writeExplainedGaps(store: Store, runId: string, baseNs: bigint, gaps: GapColumns, explainedNs: Float64Array): Promise<void> {
  const rows = new RowWriter();
  let count = 0;
  for (let gap = 0; gap < gaps.length; gap += 1) {
    const explained = Math.round(explainedNs[gap] ?? 0);
    if (explained === 0) continue; // as it was recorded
    rows.text(runId).i64(baseNs + BigInt(gaps.startNs[gap] ?? 0)).u64(gaps.durationNs[gap] ?? 0).u16(gaps.thread[gap] ?? 0).u64(explained);
    count += 1;
  }
  if (count > 0) await store.insert({ table: 'gap_revisions', rows: [rows.take()], format: 'RowBinary', token: `${runId}/explained` });
}
