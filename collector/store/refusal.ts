/** Turns what the client throws into a StoreError, or finds that the store was not there to answer. */
import { ClickHouseError } from '@clickhouse/client';
import { StoreError, diskFull, firstLine, isDiskFull } from './error.js';

/**
 * The store answered, and said no; null where it did not answer.
 *
 * @param place directory or URL, for the remedy
 */
export function refusalOf(error: unknown, place: string): StoreError | null {
  if (error instanceof StoreError) return error;
  const message = messageOf(error);
  if (!(error instanceof ClickHouseError)) return null;
  if (isDiskFull(`${message} ${error.type ?? ''}`)) return diskFull(place, error);
  const type = error.type === undefined ? '' : ` (${error.type})`;
  return new StoreError('query', `the store refused: ${firstLine(message)}${type}`, { cause: error });
}

export function unreachable(error: unknown, place: string): StoreError {
  return new StoreError(
    'unreachable',
    `no ClickHouse answers at ${place} (${messageOf(error)}): start it, or leave HOPSCOPE_STORE_URL unset to use the embedded store`,
    { cause: error },
  );
}

/** The request never left this machine: nobody listened. */
export function isUnsent(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ECONNREFUSED';
}

/** Node puts the reasons for both address families into an AggregateError whose own message is empty. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
