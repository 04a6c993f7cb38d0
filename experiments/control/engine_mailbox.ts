/** Commands to a running engine through its page: one at a time, in the order in which they came. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeError, type EnginePage, type EngineState } from '../../native/index.js';
import { ControlError } from './control_error.js';
import type { EngineCommand } from './order_commands.js';

const LOOK_EVERY_MS = 2;
/** Longer than the engine waits for its OMS (engine/control/mailbox.h). */
const PATIENCE_MS = 5_000;

/** Why nothing can be commanded in a state. */
const CLOSED: Readonly<Partial<Record<EngineState, string>>> = {
  starting: 'the run is still starting; ask again when it measures',
  ready: 'the run is still starting; ask again when it measures',
  warmup: 'the run is still warming up; ask again when it measures',
  drain: 'the run has come to its end; start another one',
  done: 'the run has come to its end; start another one',
  failed: 'the run has failed; its own last line says why',
};

export class EngineMailbox {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly page: Pick<EnginePage, 'read' | 'ask' | 'answer'>, private readonly patienceMs = PATIENCE_MS) {}

  /** @returns the engine's answer. @throws ControlError where it refuses, cannot be asked, or does not answer */
  send(command: EngineCommand): Promise<Readonly<Record<string, unknown>>> {
    const sent = this.#last.then(() => this.#send(command));
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  async #send(command: EngineCommand): Promise<Readonly<Record<string, unknown>>> {
    try {
      const closed = CLOSED[this.page.read().state];
      if (closed !== undefined) throw new ControlError(closed);
      const number = this.page.ask(JSON.stringify(command));
      const giveUpAtMs = performance.now() + this.patienceMs;
      for (;;) {
        const answer = this.page.answer(number);
        if (answer?.done === false) throw new ControlError(answer.text);
        if (answer?.done === true) return JSON.parse(answer.text) as Readonly<Record<string, unknown>>;
        if (performance.now() > giveUpAtMs) throw new ControlError('the engine does not answer, and may or may not have taken it; is it stopped? hopscope order list shows what there is');
        await sleep(LOOK_EVERY_MS);
      }
    } catch (error) {
      if (error instanceof NativeError) throw new ControlError(`${error.message}; write less (a shorter volume curve, fewer symbols), or ask again`);
      throw error;
    }
  }
}
