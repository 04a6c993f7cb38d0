import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { KillDrill } from '../../../experiments/inject/kill_drill.js';
import type { EnginePage, PageView, TripView } from '../../../native/index.js';

/** A fake engine: a venue confirms at the first look behind the trip, unless it is deaf. */
class FakeEngine {
  readonly told: string[] = [];
  #trip: TripView | null = null;

  constructor(private readonly deafVenues: readonly number[] = []) {}

  page(): Pick<EnginePage, 'read' | 'kill' | 'arm'> {
    return {
      read: () => ({ trip: this.#trip }) as PageView,
      kill: (by) => {
        this.told.push(`kill ${by}`);
        const confirmed = this.deafVenues.length === 0;
        this.#trip = { by, tsc: 1n, seen: true, confirmed, askedAfterNs: 1, confirmedAfterNs: null, lastOrderAfterNs: null, waitingForVenues: this.deafVenues };
      },
      arm: () => {
        this.told.push('arm');
        this.#trip = null;
      },
    };
  }
}

describe('experiments/inject: the kill switch is tried', () => {
  it('pulls and arms it in turn, and leaves the last trip standing', async () => {
    const engine = new FakeEngine();
    const drill = new KillDrill(engine.page(), { trips: 3, pause: 1e6 });
    while (engine.told.length < 5) await sleep(2);
    expect(await drill.stop()).to.equal('');
    expect(engine.told).to.deep.equal(['kill drill', 'arm', 'kill drill', 'arm', 'kill drill']);
  });

  it('says how far it came when it is ended too early', async () => {
    const drill = new KillDrill(new FakeEngine().page(), { trips: 3, pause: 6e10 });
    expect(await drill.stop()).to.equal('the kill switch was tried 0 of 3 times; raise repeat.measure');
  });

  it('names no venue where none is waited for', async () => {
    const engine = new FakeEngine([]);
    const page = engine.page();
    const drill = new KillDrill({ ...page, read: () => ({ ...page.read(), trip: { ...page.read().trip!, confirmed: false } }) }, { trips: 3, pause: 1e6 });
    while (engine.told.length < 1) await sleep(2);
    expect(await drill.stop()).to.equal('the run ended in the middle of trip 1 of 3 of the kill switch; raise repeat.measure');
  });

  it('does not arm what a venue has not confirmed, and names the venue', async () => {
    const engine = new FakeEngine([2]);
    const drill = new KillDrill(engine.page(), { trips: 3, pause: 1e6 });
    while (engine.told.length < 1) await sleep(2);
    expect(await drill.stop()).to.match(/^venue 2 had not confirmed the mass cancel of trip 1 /);
    expect(engine.told).to.deep.equal(['kill drill']);
  });
});
