import { join } from 'node:path';
import { expect } from 'chai';
import { parseRules } from '../../../collector/index.js';
import { LocalRecorder, type LocalRecording } from '../../../experiments/run/local_recorder.js';
import { freePort, until } from '../../collector/alerts/fake_target.js';
import { scratchFolder, type ScratchFolder } from '../../collector/alerts/letters.js';
import { durations, readingAt } from '../../collector/rules/readings.js';
import { scratchStore, type ScratchStore } from '../../collector/scratch_store.js';

/** A recording of no lane, with an alert that fires and whose target is away. */
describe('LocalRecorder, of alerts at the end of a run', () => {
  let scratch: ScratchFolder;
  let store: ScratchStore;
  let said: string[];
  before(async () => (store = await scratchStore()));
  after(() => store.remove());
  beforeEach(() => {
    scratch = scratchFolder();
    said = [];
  });
  afterEach(() => scratch.remove());

  const open = async (): Promise<LocalRecording> => {
    const recorder = new LocalRecorder({ store: store.store, outbox: join(scratch.dir, 'outbox'), sinks: [], say: (line) => said.push(line) });
    const rules = parseRules([{ name: 'slow', when: 'tick_to_ack.p99 > 100us', notify: [{ webhook: `http://127.0.0.1:${await freePort()}/hook` }] }]);
    const { of } = readingAt(0);
    const recording = await recorder.open({ of, lane: undefined, stalls: undefined, tail: 'off', rules }, { onAbort: (reason) => said.push(reason) });
    recording.alerting?.take(readingAt(1, { series: { tick_to_ack: durations([200_000]) } }));
    return recording;
  };
  const failing = (recording: LocalRecording): void => {
    const { alerting } = recording;
    if (alerting === undefined) throw new Error('no alerting');
    const close = alerting.close.bind(alerting);
    alerting.close = async () => {
      await close(0);
      throw new Error('the outbox is gone');
    };
  };
  const UNCLOSED = 'alerts of run run-1 could not be ended in order (the outbox is gone)';

  it('says how many notifications nobody has taken, and why', async () => {
    const recording = await open();
    await recording.stop();
    expect(recording.alerting?.history().map((one) => one.state)).to.deep.equal(['firing', 'resolved']);
    recording.close();
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/^2 notifications could not be delivered yet \(webhook http:\/\/127\.0\.0\.1:\d+\/hook: .*ECONNREFUSED.*\); the next hopscope run/);
  });

  it('has a run\'s results, however its alerts end', async () => {
    const recording = await open();
    failing(recording);
    await recording.stop();
    expect(recording.alerting?.history().map((one) => one.state)).to.deep.equal(['firing', 'resolved']);
    recording.close();
    expect(said).to.deep.equal([UNCLOSED]);
  });

  it('says so too where the run was never stopped', async () => {
    const recording = await open();
    failing(recording);
    recording.close();
    await until('the line', () => said.length > 0);
    expect(said).to.deep.equal([UNCLOSED]);
  });
});
