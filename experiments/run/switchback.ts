/**
 * What the stall programs cost, within one run: they are detached and attached in turns, off-on-on-off, and neighbouring turns are compared.
 *
 * Runs of this engine differ by tens of per cent from one process to the next (another physical layout, another moment of a shared machine);
 * turns of a fraction of a second in one process do not. The order off-on-on-off cancels a drift within each four (a switchback, or
 * crossover, design).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../collector/index.js';
import type { StallSession } from '../../native/index.js';

/** A stretch of the run in which the programs were attached, or were not, on the rows' time axis. */
export interface Turn {
  readonly on: boolean;
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

/** One turn's figures. */
export interface TurnFigures {
  readonly on: boolean;
  readonly orders: number;
  /** Of tick_to_ack. */
  readonly p50: number;
}

const PATTERN = [false, true, true, false] as const;
/** What a change of the programs stirs up (their text is patched on all CPUs) is over by then. */
const SETTLE_NS = 20_000_000n;

/** Changes the programs until it is stopped; leaves them attached. */
export class StallSwitch {
  readonly #turns: Turn[] = [];
  readonly #done: Promise<void>;
  #stopped = false;

  /** @param turnNs length of a turn */
  constructor(private readonly stalls: StallSession, private readonly pid: number, private readonly tids: readonly number[], turnNs: number) {
    this.#done = this.#run(turnNs);
  }

  /** The turns that came to their end. */
  async stop(): Promise<readonly Turn[]> {
    this.#stopped = true;
    await this.#done;
    return this.#turns;
  }

  /** A method, because the compiler takes a flag that it has seen unset to stay so. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  async #run(turnNs: number): Promise<void> {
    let attached = true;
    for (let turn = 0; !this.#isStopped(); turn += 1) {
      const on = PATTERN[turn % PATTERN.length] ?? true;
      if (on && !attached) this.stalls.attach(this.pid, this.tids);
      else if (!on && attached) this.stalls.detach();
      attached = on;
      const fromNs = wallNs() + SETTLE_NS;
      await sleep(turnNs / 1e6);
      if (!this.#isStopped()) this.#turns.push({ on, fromNs, toNs: wallNs() });
    }
    if (!attached) this.stalls.attach(this.pid, this.tids);
  }
}

/** Rows carry wall time to the ns; where a turn begins and ends a millisecond does. */
function wallNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** The median of each turn, from the stored rows; a turn without orders is left out with its neighbour, so that pairs stay pairs. */
export async function figuresOf(store: Store, runId: string, turns: readonly Turn[]): Promise<readonly TurnFigures[]> {
  const figures: TurnFigures[] = [];
  for (const { on, fromNs, toNs } of turns) {
    const [row] = await store.rows<{ orders: number; p50: number }>(
      `SELECT count() AS orders, if(orders = 0, 0, quantileExact(0.5)(oms_ack - feed_tx)) AS p50 FROM traces
       WHERE run_id = {run:String} AND toUnixTimestamp64Nano(ts) BETWEEN {from:Int64} AND {to:Int64} AND bitTest(hops, 1) AND bitTest(hops, 12)`,
      { run: runId, from: String(fromNs), to: String(toNs) },
    );
    figures.push({ on, orders: row?.orders ?? 0, p50: row?.p50 ?? 0 });
  }
  return figures;
}

/** On over off for each pair of neighbouring turns. */
export function ratiosOf(figures: readonly TurnFigures[]): readonly number[] {
  const ratios: number[] = [];
  for (let i = 0; i + 1 < figures.length; i += 2) {
    const [one, two] = [figures[i], figures[i + 1]];
    if (one === undefined || two === undefined || one.on === two.on || one.p50 <= 0 || two.p50 <= 0) continue;
    ratios.push(one.on ? one.p50 / two.p50 : two.p50 / one.p50);
  }
  return ratios;
}
