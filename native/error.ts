/** What the addon can refuse: the addon itself is missing, a telemetry page, a lane, the stall programs, or a question about the machine. */
export type NativeSubject = 'addon' | 'page' | 'lane' | 'stalls' | 'machine';

/** One line: what is wrong, and the remedy. */
export class NativeError extends Error {
  override readonly name = 'NativeError';

  constructor(
    readonly subject: NativeSubject,
    message: string,
  ) {
    super(message);
  }
}

/** Runs a call into the addon and gives its complaint a class of its own. */
export function complain<T>(subject: NativeSubject, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new NativeError(subject, error instanceof Error ? error.message : String(error));
  }
}
