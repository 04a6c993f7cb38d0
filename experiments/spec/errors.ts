/** Where a setting came from: a line of the experiment's file, or the command-line override that set it. */
export interface Origin {
  /** `experiments/tick-to-ack.yaml:7` or `--set pipeline.feed.rate=10`. */
  readonly where: string;
}

/** One fault of a specification. `key` is the dotted path, `what` the fault with its remedy. */
export interface Fault {
  readonly where: string;
  readonly key: string;
  readonly what: string;
}

/** A specification that cannot be run. One line a fault: `file:line: key: what is wrong; remedy`. */
export class SpecError extends Error {
  override readonly name = 'SpecError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map((fault) => [fault.where, fault.key, fault.what].filter((part) => part !== '').join(': ')).join('\n'));
    this.faults = faults;
  }
}
