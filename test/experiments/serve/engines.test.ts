/** Engines that nobody hands over: what is made of them, and that nothing of them stays. */
import { expect } from 'chai';
import type { Store } from '../../../collector/index.js';
import { attachmentFor } from '../../../experiments/serve/attachment.js';
import { EngineWatch } from '../../../experiments/serve/engine_watch.js';
import { buildOf, engineOfProcess, experimentOf, pageIn, type FoundEngine } from '../../../experiments/serve/find_engines.js';
import { LiveRecordings } from '../../../experiments/serve/live_recordings.js';
import type { OpenRun } from '../../../experiments/serve/recorder_server.js';
import type { PageView } from '../../../native/index.js';
import { FakeRecorder } from './fake_recorder.js';

const RUN = 'tick-to-ack-20260301-093000-k3f9q-2';

function view(changes: Partial<PageView> = {}): PageView {
  return { pid: 4_000_000, runId: RUN, lane: 'stream', ringMapIds: [7, 8], threads: 2, collectorPid: 0, state: 'measure', ...changes } as PageView;
}

function engine(changes: Partial<PageView> = {}, startTicks = 1): FoundEngine {
  const seen = view(changes);
  return { pid: seen.pid, page: `/dev/shm/hopscope-${RUN}`, executable: '/opt/hopscope-engine-dpdk', identity: { pid: seen.pid, startTicks }, view: seen };
}

describe('experiments/serve: engines that nobody hands over', () => {
  const dead = (): boolean => false;
  const alive = (): boolean => true;

  it('takes over the rings of a collector that has died, or never was', () => {
    expect(attachmentFor(view(), undefined, dead, 'r')).to.deep.include({ kind: 'adopt', lane: { lane: 'stream', threads: 2, ringBytes: 2 ** 24, outputBytes: 2 ** 26, sample: 1, runId: 'r', ringMapIds: [7, 8] } });
    expect(attachmentFor(view({ collectorPid: 12 }), undefined, dead, 'r').kind).to.equal('adopt');
  });

  it('only looks at what a living process collects, and at lanes without a ring', () => {
    expect(attachmentFor(view({ collectorPid: 12 }), undefined, alive, 'r')).to.deep.equal({ kind: 'observe', why: 'process 12 collects it: its page is shown, nothing is stored twice' });
    expect(attachmentFor(view({ lane: 'off', ringMapIds: [] }), undefined, dead, 'r').kind).to.equal('observe');
  });

  it('probes the sites when asked to, whoever collects', () => {
    expect(attachmentFor(view({ collectorPid: 12 }), 'hops', alive, 'r')).to.deep.include({ kind: 'probe', lane: { lane: 'hops', threads: 2, ringBytes: 2 ** 24, outputBytes: 2 ** 26, sample: 1, runId: 'r' } });
  });

  it('knows experiment, build and page by their names', () => {
    expect(experimentOf(RUN)).to.equal('tick-to-ack');
    expect(experimentOf('by-hand')).to.equal('by-hand');
    expect(buildOf('/opt/hopscope-engine-afxdp')).to.equal('afxdp');
    expect(pageIn(`7f00-7f01 rw-s 00000000 00:19 3  /dev/shm/other\n7f02-7f03 rw-s 00000000 00:19 4                  /dev/shm/hopscope-${RUN}\n`)).to.equal(`/dev/shm/hopscope-${RUN}`);
    expect(pageIn('7f00-7f01 r-xp 00000000 00:19 3  /usr/bin/node\n')).to.equal(undefined);
  });

  it('refuses a process that is no engine, and one that is not there', () => {
    expect(() => engineOfProcess(process.pid)).to.throw(/process \d+ is no engine of hopscope .* pgrep hopscope-engine/);
    expect(() => engineOfProcess(4_194_305)).to.throw(/there is no process 4194305; pgrep hopscope-engine/);
  });

  describe('watched', () => {
    let here: readonly FoundEngine[];
    let run: OpenRun | undefined;
    let fake: FakeRecorder;
    let said: string[];
    let inserted: string[];
    let watch: EngineWatch;

    beforeEach(() => {
      here = [];
      run = undefined;
      fake = new FakeRecorder();
      said = [];
      inserted = [];
      const store = { insert: ({ rows }: { rows: readonly Buffer[] }) => Promise.resolve(void inserted.push(rows.join(''))) } as unknown as Store;
      watch = new EngineWatch({ recorder: fake, store, handedOver: () => run, say: (line) => said.push(line), find: () => here });
    });

    it('adopts at the second look, stores under a name of its own, and lets go at the end', async () => {
      here = [engine()];
      await watch.scan();
      expect(fake.recordings, 'it may be about to be handed over').to.have.length(0);
      await watch.scan();
      expect(fake.last.request.part).to.equal('adopt');
      expect(fake.last.request.of.runId).to.match(/^tick-to-ack-20260301-093000-k3f9q-2-serve-\d+$/);
      fake.last.stored = 9;
      here = [engine({ state: 'done' })];
      await watch.scan();
      await watch.scan();
      expect(fake.recordings).to.have.length(1);
      expect(fake.last.asked).to.deep.equal(['begin', 'stop', 'close']);
      expect(said.at(-1)).to.match(/: it is done, 9 orders stored as run /);
      expect(inserted.map((text) => (JSON.parse(text) as { state: string }).state)).to.deep.equal(['running', 'finished']);
    });

    it('survives restarts: every engine is let go, and the next one is met', async () => {
      for (let start = 1; start <= 20; start++) {
        here = [engine({}, start)];
        await watch.scan();
        await watch.scan();
        here = [];
        await watch.scan();
      }
      expect(fake.recordings).to.have.length(20);
      expect(fake.recordings.every(({ asked }) => asked.join() === 'begin,stop,close')).to.equal(true);
      expect(said.filter((line) => line.includes('it has died'))).to.have.length(20);
    });

    it('leaves alone what a run has handed over, and what has not begun', async () => {
      run = { runId: RUN, engine: undefined };
      here = [engine()];
      await watch.scan();
      await watch.scan();
      run = undefined;
      here = [engine({ state: 'ready' })];
      await watch.scan();
      await watch.scan();
      expect(fake.recordings).to.have.length(0);
    });

    it('says once why one is left alone', async () => {
      fake.refusal = new Error('lane stream: map 7 is not in the kernel');
      here = [engine()];
      for (let look = 0; look < 5; look++) await watch.scan();
      expect(said).to.deep.equal([`engine 4000000 (run ${RUN}): is left alone: lane stream: map 7 is not in the kernel`]);
    });

    it('stores nothing of an engine that it only looks at', async () => {
      here = [engine({ lane: 'off', ringMapIds: [] })];
      await watch.scan();
      await watch.scan();
      expect(fake.last.request).to.deep.include({ lane: undefined, part: 'observe' });
      await watch.close();
      expect(fake.last.asked).to.deep.equal(['begin', 'stop', 'close']);
      expect(inserted).to.deep.equal([]);
    });
  });
});

describe('experiments/serve: acting on a run', () => {
  it('pulls the switch of the run that is named, or of the one that measures', () => {
    const done: string[] = [];
    const recording = (runId: string, engineState: 'warmup' | 'measure'): Parameters<LiveRecordings['remove']>[0] => ({
      runId, engineState, alerting: undefined, failure: runId === 'b' ? 'the store is full' : undefined, kill: (by) => void done.push(`kill ${runId} by ${by}`), abort: (reason: string) => void done.push(`abort ${runId}: ${reason}`),
    });
    const recordings = new LiveRecordings();
    expect(() => recordings.kill(null, 'page')).to.throw('no engine runs here now');
    const [a, b] = [recording('a', 'warmup'), recording('b', 'measure')];
    recordings.add(a);
    recordings.add(b);
    expect(recordings.troubles()).to.deep.equal(['run b: the store is full']);
    recordings.kill(null, 'page');
    recordings.abort('a', 'enough');
    expect(done).to.deep.equal(['kill b by page', 'abort a: enough']);
    expect(() => recordings.kill('c', 'page')).to.throw('there is no run c here now; there is a, b');
    recordings.remove(b);
    recordings.remove(a);
    expect(() => recordings.kill(null, 'page')).to.throw('no engine runs here now');
  });
});
