/**
 * `hopscope serve`: the collector as a process of its own, until it is told to stop.
 *
 * Runs hand their recordings over to it (recorder_server.ts); engines that nobody hands over it finds by itself (engine_watch.ts). Whichever
 * way an engine came, its readings go to the same three: the metrics' totals, the live page's board, and the alert rules.
 */
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Alerting, Board, LATENCY_BOUNDS_NS, Totals, type Rule, type Store } from '../../collector/index.js';
// Not through the collector's face, which every command loads: prom-client and fastify are for this one alone.
import { createRegistry } from '../../collector/metrics/registry.js';
import { startWeb } from '../../collector/web/server.js';
import { pinToHousekeeping } from '../isolation/policy.js';
import { LocalRecorder } from '../run/local_recorder.js';
import { EngineWatch } from './engine_watch.js';
import { engineOfProcess } from './find_engines.js';
import { LiveRecordings } from './live_recordings.js';
import { socketFile, tokenFile } from './meeting_place.js';
import { RecorderServer } from './recorder_server.js';
import { ServeError } from './serve_error.js';
import { newToken } from './token.js';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** Taken part in at once, whoever collects it. */
  readonly pid: number | undefined;
  /** Probes for that engine's sites. */
  readonly lane: 'hops' | undefined;
  /** For every engine, beside what a run brings. */
  readonly rules: readonly Rule[];
  readonly store: Store;
  readonly outbox: string;
  readonly version: string;
  /** This process and its threads stay there. */
  readonly housekeepingCpu: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const DELIVERY_PATIENCE_MS = 3_000;

/** Until the signal. @throws ServeError, StoreError, WebError: what keeps it from starting, with the remedy */
export async function serve(options: ServeOptions): Promise<void> {
  const { store, outbox, say, signal } = options;
  const unpinned = pinToHousekeeping(process.pid, options.housekeepingCpu);
  if (unpinned !== undefined) say(unpinned);
  const recordings = new LiveRecordings();
  const totals = new Totals(LATENCY_BOUNDS_NS);
  const board = new Board();
  mkdirSync(outbox, { recursive: true, mode: 0o700 }); // there from the start: what dead processes left is delivered from here
  const own = new Alerting({
    rules: options.rules,
    store,
    outboxDir: outbox,
    onAbort: ({ name, when }, reason, { runId }) => actOrSay(() => recordings.abort(runId, `stopped by the alert ${name} (${when}): ${reason}`), say),
    onKill: (_rule, _reason, { runId }) => actOrSay(() => recordings.kill(runId, 'alert'), say),
    onTrouble: say,
  });
  recordings.own = own;
  const recorder = new LocalRecorder({ store, outbox, sinks: [totals, board, own], shelf: recordings, say });
  const closing: (() => Promise<unknown>)[] = [() => own.close(DELIVERY_PATIENCE_MS)];
  try {
    const server = await RecorderServer.listen({ file: socketFile(), hello: () => ({ pid: process.pid, store: store.place }), recorder, say });
    closing.push(() => server.close());
    const token = newToken(tokenFile());
    closing.push(() => rm(tokenFile(), { force: true }));
    const web = await startWeb({
      host: options.host,
      port: options.port,
      registry: createRegistry({ totals, version: options.version, alerts: () => recordings.active() }),
      board,
      alerts: recordings,
      token,
      onKill: (runId) => recordings.kill(runId, 'page'),
      onAbort: (runId) => recordings.abort(runId, 'stopped from the live page'),
      log: say,
      troubles: () => recordings.troubles(),
    });
    closing.push(() => web.close());
    const watch = new EngineWatch({ recorder, store, handedOver: () => server.run, say });
    closing.push(() => watch.close());
    if (options.pid !== undefined) await watch.attach(engineOfProcess(options.pid), options.lane);
    watch.start();
    for (const line of greeting(options, web.url)) say(line);
    await aborted(signal);
  } finally {
    for (const close of closing.reverse()) {
      await close().catch((error: unknown) => say(`could not be ended in order (${error instanceof Error ? error.message : String(error)})`)); // the others still have to
    }
  }
}

function greeting({ store, host }: ServeOptions, url: string): readonly string[] {
  const open = host === '127.0.0.1' || host === 'localhost' || host === '::1';
  return [
    `hopscope serve (process ${process.pid}): ${url} shows the live page, ${url}/metrics is for Prometheus`,
    ...(open ? [] : [`anybody who reaches ${host} sees what it shows; what changes state needs the token`]),
    `stores in ${store.place}; token for Stop and Kill in ${tokenFile()}`,
    'waiting for engines; runs with the same results hand theirs over. Ctrl-C ends it',
  ];
}

function actOrSay(act: () => string, say: (line: string) => void): void {
  try {
    say(act());
  } catch (error) {
    if (error instanceof ServeError) say(error.message); // its engine ended in the same second
    else say(`what an alert asked for failed (${error instanceof Error ? error.message : String(error)}): look after the run yourself`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
