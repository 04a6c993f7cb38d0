/** The recordings that are open in this process: what alerts they have, and how the live page acts on them. */
import type { ActiveAlert, Alerting, AlertEvent } from '../../collector/index.js';
import type { KillCause } from '../../native/index.js';
import type { LocalRecording, RecordingShelf } from '../run/local_recorder.js';
import { ServeError } from './serve_error.js';

const HISTORY = 200;

type Acted = Pick<LocalRecording, 'runId' | 'alerting' | 'engineState' | 'failure' | 'abort' | 'kill'>;

export class LiveRecordings implements RecordingShelf {
  readonly #open = new Set<Acted>();
  /** Of recordings that are over. */
  #past: readonly AlertEvent[] = [];

  /** @param own alerts of serve's own rules, which are there for every engine; set when they are */
  own: Alerting | undefined;

  add(recording: Acted): void {
    this.#open.add(recording);
  }

  remove(recording: Acted): void {
    if (!this.#open.delete(recording)) return;
    this.#past = [...this.#past, ...(recording.alerting?.history() ?? [])].slice(-HISTORY);
  }

  active(): readonly ActiveAlert[] {
    return this.#alertings().flatMap((alerting) => alerting.active());
  }

  /** Oldest first. */
  history(): readonly AlertEvent[] {
    const all = [...this.#past, ...this.#alertings().flatMap((alerting) => alerting.history())];
    return all.sort((a, b) => a.atMs - b.atMs).slice(-HISTORY);
  }

  /** What keeps a recording from being stored. */
  troubles(): readonly string[] {
    return [...this.#open].flatMap(({ runId, failure }) => (failure === undefined ? [] : [`run ${runId}: ${failure}`]));
  }

  /** @param runId null: of the one that measures. @throws ServeError where there is none. @returns what was done */
  kill(runId: string | null, by: KillCause): string {
    const recording = this.#find(runId);
    recording.kill(by);
    return `the kill switch of run ${recording.runId} was pulled: no new order leaves its engine until hopscope kill --arm`;
  }

  /** As kill(). @param because a sentence, which becomes the run's */
  abort(runId: string | null, because: string): string {
    const recording = this.#find(runId);
    recording.abort(because);
    return `run ${recording.runId} was told to stop`;
  }

  #find(runId: string | null): Acted {
    const open = [...this.#open];
    const found = runId === null ? (open.find(({ engineState }) => engineState === 'measure') ?? open[0]) : open.find((one) => one.runId === runId);
    if (found !== undefined) return found;
    throw new ServeError(runId === null ? 'no engine runs here now' : `there is no run ${runId} here now${open.length === 0 ? '' : `; there is ${open.map((one) => one.runId).join(', ')}`}`);
  }

  #alertings(): readonly Alerting[] {
    return [this.own, ...[...this.#open].map(({ alerting }) => alerting)].filter((alerting) => alerting !== undefined);
  }
}
