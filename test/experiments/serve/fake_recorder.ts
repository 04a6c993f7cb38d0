/** A recorder that records nothing, and what was asked of it. */
import { NOTHING_RECORDED, type EngineAddress, type Recorded, type Recorder, type RecorderEvents, type Recording, type RecordingRequest } from '../../../experiments/run/recorder.js';
import { NO_RECORDS, type RecordedCounts } from '../../../experiments/run/recording.js';
import type { SiteState } from '../../../native/index.js';

export const REQUEST: RecordingRequest = {
  of: { runId: 'try-20260301-093000-k3f9q-1', experiment: 'try', variant: 'dpdk', build: 'dpdk', lane: 'stream' },
  lane: { lane: 'stream', threads: 2, ringBytes: 1 << 24, outputBytes: 1 << 26, sample: 16, runId: 'try-20260301-093000-k3f9q-1', deny: [] },
  stalls: { runId: 'try-20260301-093000-k3f9q-1', outputBytes: 1 << 22, syscalls: true, deny: [] },
  tail: 0.999,
  rules: [],
};

export const ENGINE: EngineAddress = { pid: 4_000_000, executable: '/opt/hopscope-engine-dpdk', page: '/dev/shm/hopscope-try' }; // above pid_max

export class FakeRecording implements Recording {
  readonly asked: string[] = [];
  readonly ringMapIds = [71, 72];
  readonly stallSession = undefined;
  engine: EngineAddress | undefined;
  stored = 0;
  failure: string | undefined;
  recorded: Recorded = NOTHING_RECORDED;
  refusal: Error | undefined;

  constructor(readonly request: RecordingRequest, readonly events: RecorderEvents) {}

  begin(engine: EngineAddress): Promise<readonly string[]> {
    this.asked.push('begin');
    this.engine = engine;
    return this.refusal === undefined ? Promise.resolve(['no page faults can be seen']) : Promise.reject(this.refusal);
  }

  counts(): RecordedCounts {
    return { ...NO_RECORDS, stored: this.stored };
  }

  measure(): Promise<readonly SiteState[]> {
    this.asked.push('measure');
    return Promise.resolve([{ hop: 'oms.rx', sites: 1, optimised: true }]);
  }

  measured(): Promise<void> {
    this.asked.push('measured');
    return Promise.resolve();
  }

  stop(): Promise<Recorded> {
    this.asked.push('stop');
    return Promise.resolve({ ...this.recorded, counts: this.counts() });
  }

  close(): void {
    this.asked.push('close');
  }
}

export class FakeRecorder implements Recorder {
  readonly recordings: FakeRecording[] = [];
  refusal: Error | undefined;

  open(request: RecordingRequest, events: RecorderEvents): Promise<FakeRecording> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    const recording = new FakeRecording(request, events);
    this.recordings.push(recording);
    return Promise.resolve(recording);
  }

  get last(): FakeRecording {
    const last = this.recordings.at(-1);
    if (last === undefined) throw new Error('nothing was opened');
    return last;
  }
}
