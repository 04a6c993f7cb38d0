/** A command to a run that cannot be given, or is refused; the message holds the remedy. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}
