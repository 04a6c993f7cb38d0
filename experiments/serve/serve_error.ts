/** `hopscope serve` cannot start, or refuses; the message holds the remedy. */
export class ServeError extends Error {
  override readonly name = 'ServeError';
}
