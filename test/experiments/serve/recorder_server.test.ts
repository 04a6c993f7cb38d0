/** A run hands its recording over: both sides of the socket, with a recorder that records nothing. */
import { expect } from 'chai';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rule, Store } from '../../../collector/index.js';
import { parseRules } from '../../../collector/index.js';
import type { Recording } from '../../../experiments/run/recorder.js';
import { LocalRecorder } from '../../../experiments/run/local_recorder.js';
import { SettingsSchema, withRepeatDefaults, type Settings } from '../../../experiments/spec/schema.js';
import { chooseRecorder, type RecorderChoice } from '../../../experiments/serve/choose_recorder.js';
import { connectTo } from '../../../experiments/serve/meeting_place.js';
import { RecorderServer } from '../../../experiments/serve/recorder_server.js';
import { RemoteRecorder } from '../../../experiments/serve/remote_recorder.js';
import { ServeClient } from '../../../experiments/serve/serve_client.js';
import { ENGINE, FakeRecorder, REQUEST } from './fake_recorder.js';

const RULES: readonly Rule[] = parseRules([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', for: '5s', notify: [{ webhook: 'http://127.0.0.1:9/hook' }] }]);
const SETTINGS: Settings = withRepeatDefaults(SettingsSchema.parse({ name: 'try' }));

async function until(met: () => boolean, what: string): Promise<void> {
  for (let waited = 0; waited < 5_000; waited += 10) {
    if (met()) return;
    await sleep(10);
  }
  throw new Error(`${what} did not come about`);
}

describe('experiments/serve: recordings handed over', () => {
  let folder: string;
  let file: string;
  let fake: FakeRecorder;
  let server: RecorderServer | undefined;
  let said: string[];
  const clients: ServeClient[] = [];

  const listen = (): Promise<RecorderServer> => RecorderServer.listen({ file, hello: () => ({ pid: process.pid, store: '/results/store' }), recorder: fake, say: (line) => said.push(line) });

  async function client(silenceMs?: number): Promise<ServeClient> {
    const made = new ServeClient((await connectTo(file))!, silenceMs);
    clients.push(made);
    return made;
  }

  async function open(rules: readonly Rule[] = []): Promise<{ recording: Recording; client: ServeClient; aborted: string[] }> {
    const asking = await client();
    await asking.hello();
    const aborted: string[] = [];
    const recording = await new RemoteRecorder(asking).open({ ...REQUEST, rules }, { onAbort: (reason) => aborted.push(reason) });
    return { recording, client: asking, aborted };
  }

  function choose(place: string, settings = SETTINGS): Promise<RecorderChoice> {
    return chooseRecorder({ store: { place } as unknown as Store, outbox: folder, settings, say: (line) => said.push(line) }, file);
  }

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hopscope-serve-'));
    file = path.join(folder, 'serve.sock');
    fake = new FakeRecorder();
    said = [];
    server = await listen();
  });

  afterEach(async () => {
    for (const one of clients.splice(0)) one.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks for everything that a run needs, and brings it back', async () => {
    const { recording } = await open(RULES);
    expect(recording.ringMapIds).to.deep.equal([71, 72]);
    expect(fake.last.request).to.deep.equal({ ...REQUEST, rules: RULES });
    expect(await recording.begin(ENGINE)).to.deep.equal(['no page faults can be seen']);
    expect(fake.last.engine).to.deep.equal(ENGINE);
    expect(server!.run).to.deep.equal({ runId: REQUEST.of.runId, engine: ENGINE });
    fake.last.stored = 17;
    await until(() => recording.counts().stored === 17, 'news of the counts');
    expect(await recording.measure()).to.deep.equal([{ hop: 'oms.rx', sites: 1, optimised: true }]);
    await recording.measured();
    fake.last.recorded = {
      ...fake.last.recorded,
      quantiles: { tick_to_ack: { count: 17, maxNs: 900, valuesNs: [100, 200, 300, 400] } },
      stalls: { tie: { pairs: 3, errorNs: 10, worstNs: 20, checkNs: 5 }, totals: { timer_tick: { count: 2, totalNs: 4_000, shortCount: 0 } } },
      cpu: { cpuNs: 5, wallNs: 50 },
    };
    const recorded = await recording.stop();
    expect(recorded).to.deep.equal({ ...fake.last.recorded, counts: fake.last.counts() });
    expect(recording.failure).to.equal(undefined);
    recording.close();
    await until(() => server!.run === undefined, 'the end of the conversation');
    expect(fake.last.asked).to.deep.equal(['begin', 'measure', 'measured', 'stop', 'stop', 'close']);
    expect(said).to.deep.equal([`run ${REQUEST.of.runId}: collecting from engine ${ENGINE.pid}`, `run ${REQUEST.of.runId}: ended, 17 orders stored`]);
  });

  it('takes one run at a time, and the next when it is over', async () => {
    const { recording } = await open();
    let refusal = '';
    await open().catch((error: unknown) => (refusal = (error as Error).message));
    expect(refusal).to.equal(`hopscope serve (process ${process.pid}) is collecting run ${REQUEST.of.runId}, and takes one at a time; wait for it, or stop it`);
    recording.close();
    await until(() => server!.run === undefined, 'room for another run');
    await open();
    expect(fake.recordings).to.have.length(2);
  });

  it('finishes what is left when the run dies without a word', async () => {
    const socket = connect(file);
    socket.write(`${JSON.stringify({ id: 1, call: 'open', request: { ...REQUEST, rules: [] } })}\n${JSON.stringify({ id: 2, call: 'begin', engine: ENGINE })}\n`);
    await until(() => fake.recordings[0]?.engine !== undefined, 'the recording');
    fake.last.stored = 5;
    socket.destroy();
    await until(() => server!.run === undefined, 'the end of the recording');
    expect(fake.last.asked).to.deep.equal(['begin', 'stop', 'close']);
    expect(said.at(-1)).to.equal(`run ${REQUEST.of.runId}: left without an end; what was left is stored, 5 orders in all`);
  });

  it('ends a run soon when it is told to stop itself', async () => {
    const { recording } = await open();
    await recording.begin(ENGINE);
    fake.last.stored = 3;
    await server!.close();
    await until(() => recording.failure !== undefined, 'the news');
    expect(recording.failure).to.match(/^hopscope serve \(process \d+\) was told to stop, .* the run is invalid: run it again$/);
    expect((await recording.stop()).quantiles).to.deep.equal({});
    expect(fake.last.asked).to.deep.equal(['begin', 'stop', 'close']);
    expect(existsSync(file)).to.equal(false);
    server = undefined;
  });

  it('says that serve has died, or hangs, and keeps what was last heard', async () => {
    const silent = createServer((socket) => {
      socket.on('data', (data: Buffer) => {
        const { id, call } = JSON.parse(data.toString()) as { id: number; call: string };
        if (call === 'open') socket.write(`${JSON.stringify({ id, answer: { ringMapIds: [1] } })}\n`);
      });
    });
    const other = path.join(folder, 'other.sock');
    await new Promise<void>((resolve) => silent.listen(other, resolve));
    try {
      const asking = new ServeClient((await connectTo(other))!, 600);
      clients.push(asking);
      const recording = await new RemoteRecorder(asking).open(REQUEST, { onAbort: () => undefined });
      await until(() => recording.failure !== undefined, 'notice of the silence');
      expect(recording.failure).to.match(/^hopscope serve has been silent for 0\.6 s, and with it this run's recording; .* run it again$/);
      expect((await recording.stop()).counts.stored).to.equal(0);
    } finally {
      silent.close();
    }
  });

  it('hands an alert\'s wish to end the run over, once', async () => {
    const { recording, aborted } = await open();
    fake.last.events.onAbort('stopped by the alert slow');
    fake.last.events.onAbort('stopped from the live page');
    await recording.measure();
    expect(aborted).to.deep.equal(['stopped by the alert slow']);
  });

  it('brings refusals over word for word', async () => {
    fake.refusal = new Error('lane stream: no user_ringbuf; use lane capsule');
    let refusal = '';
    await open().catch((error: unknown) => (refusal = (error as Error).message));
    expect(refusal).to.equal('lane stream: no user_ringbuf; use lane capsule');
    await until(() => server!.run === undefined, 'room for another run'); // the refused one has hung up
  });

  for (const [what, sent, answer] of [
    ['what is no question', { id: 9, call: 'reboot' }, /"id":9,"refused":"hopscope serve .* does not understand/],
    ['a page outside of shared memory', { id: 9, call: 'begin', engine: { ...ENGINE, page: '/dev/shm/hopscope-../../etc/passwd' } }, /"id":9,"refused":".*does not understand/],
    ['a rule with a fault', { id: 9, call: 'open', request: { ...REQUEST, rules: [{ name: 'x', when: 'tick_to_ack.p98 > 1us' }] } }, /"id":9,"refused":".*p98/],
    ['a question before its time', { id: 9, call: 'measure' }, /"id":9,"refused":"no recording is open/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const socket = connect(file);
      let heard = '';
      socket.on('data', (data: Buffer) => (heard += data.toString()));
      socket.write(`${JSON.stringify(sent)}\n`);
      await until(() => heard.includes('\n'), 'an answer');
      expect(heard).to.match(answer);
      socket.destroy();
    });
  }

  it('drops whoever speaks no JSON, and goes on', async () => {
    const socket = connect(file);
    let closed = false;
    socket.on('close', () => (closed = true)).on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    socket.resume();
    await until(() => closed, 'the end of the connection');
    await open();
  });

  it('is for its owner alone', () => {
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  it('refuses a second serve, and takes the place of a dead one', async () => {
    let refusal = '';
    await listen().catch((error: unknown) => (refusal = (error as Error).message));
    expect(refusal).to.equal(`hopscope serve (process ${process.pid}) is running already; stop it with kill ${process.pid}`);
    await server!.close();
    const left: Server = createServer();
    await new Promise<void>((resolve) => left.listen(file, resolve));
    left.close(); // Node removes it; a killed process does not
    writeFileSync(file, '');
    server = await listen();
    await open();
  });

  it('is asked by runs that store in the same place, and by no other', async () => {
    const chosen = await choose('/results/store');
    expect(chosen.recorder).to.be.instanceOf(RemoteRecorder);
    expect(chosen.condition).to.equal(`collected by hopscope serve (process ${process.pid})`);
    const other = await choose('/elsewhere/store');
    expect(other.recorder).to.be.instanceOf(LocalRecorder);
    expect(other.condition).to.match(/stores in \/results\/store, this run in \/elsewhere\/store: it collects for itself$/);
    const switching = await choose('/results/store', { ...SETTINGS, probes: { ...SETTINGS.probes, switch: 200e6 } });
    expect(switching.recorder).to.be.instanceOf(LocalRecorder);
    await server!.close();
    server = undefined;
    expect(await choose('/results/store')).to.deep.include({ condition: '' });
  });
});
