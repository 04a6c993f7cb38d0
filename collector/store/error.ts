/** Everything the store can refuse. Each message is one line and ends with the remedy. */

export type StoreErrorKind =
  | 'cpu' //          the processor lacks AVX2
  | 'missing' //      chDB is not installed, or does not load
  | 'unwritable' //   the data directory cannot be created or written
  | 'disk-full'
  | 'port-busy'
  | 'owner' //        another process holds the data directory and does not answer
  | 'crashed' //      the store's process died
  | 'unreachable' //  nobody answers at the URL
  | 'query' //        ClickHouse refused a statement
  | 'lost'; //        rows that were acknowledged are not there

export class StoreError extends Error {
  override readonly name = 'StoreError';

  constructor(
    readonly kind: StoreErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** ClickHouse's own message, without its preamble, its list of expected tokens and whatever follows the first line. */
export function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line
    .replace(/^Code: \d+\. DB::Exception: /, '')
    .replace(/\.? ?Expected one of: .*$/, '')
    .replace(/ \(([A-Z_]+)\)( \(version .*\))?$/, '')
    .trim();
}

/** NOT_ENOUGH_SPACE, and ENOSPC as ClickHouse or Node report it. */
export function isDiskFull(message: string): boolean {
  return /No space left on device|NOT_ENOUGH_SPACE|Cannot reserve .* not enough space|ENOSPC/i.test(message);
}

export function diskFull(dir: string, cause?: unknown): StoreError {
  return new StoreError('disk-full', `the disk that holds ${dir} is full: free some space there, or choose another place with --results DIR`, { cause });
}
