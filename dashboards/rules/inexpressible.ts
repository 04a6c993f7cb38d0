/** A condition that Prometheus cannot judge by the metrics there are; the message says why. Its rule is left out, and the file says so. */
export class Inexpressible extends Error {
  override readonly name = 'Inexpressible';
}
