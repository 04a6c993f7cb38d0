/** A value that does not read as the quantity it should be; the message says how to write it. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}
