/** The last two minutes of every engine that the collector hears, for the live page. */
import { BoardEngine, CURVE_LEVELS } from './board_engine.js';
import type { Reading, ReadingSink } from './reading.js';
import type { BoardSnapshot } from './snapshot.js';

/** Of those that are over, or that nobody hears any more, only the newest stay on the board. */
const ENGINES = 4;

export class Board implements ReadingSink {
  /** Oldest first. */
  readonly #engines = new Map<string, BoardEngine>();

  constructor(private readonly nowMs: () => number = Date.now) {}

  take(reading: Reading): void {
    const key = `${reading.of.runId}/${reading.of.pid}`;
    const known = this.#engines.get(key);
    if (known !== undefined) {
      known.take(reading);
      return;
    }
    this.#engines.set(key, new BoardEngine(key, reading));
    while (this.#engines.size > ENGINES) this.#engines.delete(this.#leastWanted());
  }

  /** What was asked for before is drawn once a reading, however many look. */
  snapshot(): BoardSnapshot {
    const atMs = this.nowMs();
    return { atMs, engines: [...this.#engines.values()].reverse().map((engine) => engine.view(atMs)), curveLevels: CURVE_LEVELS };
  }

  /** The one that ended first; where none has, the one unheard for longest. */
  #leastWanted(): string {
    const all = [...this.#engines.values()].sort((a, b) => Number(b.ended) - Number(a.ended) || a.atMs - b.atMs);
    return all[0]?.key ?? '';
  }
}
