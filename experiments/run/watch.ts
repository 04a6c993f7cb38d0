/** Watching a running engine through its telemetry page: until it is ready, and from then on until it is done, dead or stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeError, openPage, type EnginePage, type PageView } from '../../native/index.js';
import { EngineError, type EngineProcess } from '../launch/engine_process.js';
import type { Recording } from './recorder.js';

export interface WatchHooks {
  /** Called often while the engine runs. */
  readonly onProgress: (view: PageView, page: EnginePage, lost: number) => void;
  /** Called once, when warm-up is over. */
  readonly onMeasure: () => void;
  /** Called once, when the measured phase is over or can no longer be completed. */
  readonly onMeasured: () => void;
  /** Said at once when the engine dies, before what it left behind is stored. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
/** The engine publishes about once a millisecond: such a silence means that it hangs or is stopped. */
const SILENCE_MS = 10_000; // longer than the engine waits for a hung journal device (5 s): its own line says more
export const STOP_PATIENCE_MS = 3_000;

/**
 * Until the engine is done. Returns why it ended early, or nothing.
 *
 * @param hooks.signal aborted by the user, or with a sentence for its reason by an alert or at the live page
 */
export async function watch(engine: EngineProcess, page: EnginePage, hooks: WatchHooks, recording: Pick<Recording, 'counts' | 'failure'>): Promise<string> {
  let stopAtMs = Infinity;
  let measuring = false;
  let measured = false;
  for (;;) {
    const view = page.read();
    if (view.state === 'measure' && !measuring) {
      measuring = true;
      hooks.onMeasure();
    }
    if (measuring && !measured && view.state !== 'measure') {
      measured = true;
      hooks.onMeasured();
    }
    hooks.onProgress(view, page, recording.counts().lost);
    if (view.state === 'done') return stopAtMs === Infinity ? '' : whyStopped(hooks.signal);
    if (view.state === 'failed') return `the engine gave up: ${view.error}`;
    if (engine.exit !== undefined) {
      hooks.say(`the engine (process ${engine.pid}) has died; keeping what was collected`);
      return withLastLines(engine);
    }
    if (view.heartbeatAgeMs > SILENCE_MS && view.state !== 'ready') return `the engine (process ${engine.pid}) has been silent for ${SILENCE_MS / 1000} s; is it stopped, or its CPU taken by another real-time thread?`;
    if (recording.failure !== undefined) return recording.failure;
    if (hooks.signal.aborted && stopAtMs === Infinity) {
      page.command('stop');
      stopAtMs = performance.now() + STOP_PATIENCE_MS;
    }
    if (performance.now() > stopAtMs) return 'interrupted: the engine did not stop in time and was killed';
    await Promise.race([engine.exited, sleep(POLL_MS)]);
  }
}

function whyStopped({ reason }: AbortSignal): string {
  return typeof reason === 'string' ? reason : 'interrupted: the run was stopped before its end';
}

/** @throws EngineError when it fails, dies or takes too long */
export async function waitUntilReady(engine: EngineProcess, pagePath: string, signal: AbortSignal): Promise<EnginePage> {
  const giveUpAtMs = performance.now() + READY_TIMEOUT_MS;
  let page: EnginePage | undefined;
  let why = '';
  for (;;) {
    try {
      page ??= openPage(pagePath);
    } catch (error) {
      if (!(error instanceof NativeError) || error.subject !== 'page') throw error;
      why = error.message; // not there yet
    }
    const view = page?.read();
    if (page !== undefined && view?.state === 'ready') return page;
    const fault = signal.aborted ? 'interrupted before the engine was ready'
      : view?.state === 'failed' ? view.error
      : engine.exit !== undefined ? withLastLines(engine)
      : performance.now() > giveUpAtMs ? `the engine is not ready after ${READY_TIMEOUT_MS / 1000} s (${why}); hopscope doctor`
      : undefined;
    if (fault !== undefined) {
      page?.close();
      throw new EngineError(fault);
    }
    await Promise.race([engine.exited, sleep(POLL_MS)]);
  }
}

function withLastLines(engine: EngineProcess): string {
  return [engine.describeExit(), ...engine.lastLines.map((line) => `  engine: ${line}`)].join('\n');
}
