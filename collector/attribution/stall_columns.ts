/**
 * The stalls of a run in memory, one array a column: a million of them take 24 MB instead of a few hundred.
 *
 * Times are ns since the run's base, as whole numbers: far from 2^53, so that they are exact.
 */

/** What a stall is counted under: its cause and, where that matters, who it was. */
export interface Kind {
  /** Value of a STALL_CAUSES entry. */
  readonly cause: number;
  readonly who: string;
}

/** Gives every different kind a small number. */
export class Kinds {
  readonly #list: Kind[] = [];
  readonly #byCause = new Map<number, Map<string, number>>();

  get size(): number {
    return this.#list.length;
  }

  idOf(cause: number, who: string): number {
    let byWho = this.#byCause.get(cause);
    if (byWho === undefined) {
      byWho = new Map<string, number>();
      this.#byCause.set(cause, byWho);
    }
    let id = byWho.get(who);
    if (id === undefined) {
      id = this.#list.push({ cause, who }) - 1;
      byWho.set(who, id);
    }
    return id;
  }

  /** @throws RangeError for a number that idOf() did not give */
  at(id: number): Kind {
    const kind = this.#list[id];
    if (kind === undefined) throw new RangeError(`there is no kind ${id} of stall`);
    return kind;
  }
}

export interface StallColumns {
  readonly length: number;
  readonly thread: Uint16Array;
  readonly startNs: Float64Array;
  /** Equal to the start for an instant. */
  readonly endNs: Float64Array;
  /** Numbers of a Kinds. */
  readonly kind: Uint32Array;
}

/** Columns that grow. */
export class StallColumnsBuilder {
  #length = 0;
  #thread = new Uint16Array(1024);
  #startNs = new Float64Array(1024);
  #endNs = new Float64Array(1024);
  #kind = new Uint32Array(1024);

  add(thread: number, startNs: number, endNs: number, kind: number): void {
    if (this.#length === this.#thread.length) this.#double();
    this.#thread[this.#length] = thread;
    this.#startNs[this.#length] = startNs;
    this.#endNs[this.#length] = endNs;
    this.#kind[this.#length] = kind;
    this.#length += 1;
  }

  /** A view of what is there; what is added later does not show in it. */
  columns(): StallColumns {
    const length = this.#length;
    return {
      length,
      thread: this.#thread.subarray(0, length),
      startNs: this.#startNs.subarray(0, length),
      endNs: this.#endNs.subarray(0, length),
      kind: this.#kind.subarray(0, length),
    };
  }

  #double(): void {
    const size = this.#thread.length * 2;
    const thread = new Uint16Array(size);
    const startNs = new Float64Array(size);
    const endNs = new Float64Array(size);
    const kind = new Uint32Array(size);
    thread.set(this.#thread);
    startNs.set(this.#startNs);
    endNs.set(this.#endNs);
    kind.set(this.#kind);
    this.#thread = thread;
    this.#startNs = startNs;
    this.#endNs = endNs;
    this.#kind = kind;
  }
}
