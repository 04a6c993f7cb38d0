/** Ctrl-C and its relatives: the first asks for an orderly end, the second ends at once, and either way the machine is given back. */

export interface Interrupt {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** @param giveBack synchronous: it also runs in the exit handler, whatever ends this process */
export function interruptible(giveBack: () => void, say: (line: string) => void): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    say('\nstopping: what was measured so far is stored; once more ends at once');
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  process.on('exit', giveBack);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of SIGNALS) process.off(name, onSignal);
      process.off('exit', giveBack);
    },
  };
}
