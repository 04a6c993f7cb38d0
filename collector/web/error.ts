/** The web server could not be started. The message names the remedy. */
export class WebError extends Error {
  override readonly name = 'WebError';
}
