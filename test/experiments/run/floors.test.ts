import { expect } from 'chai';
import { floorText, floorTexts } from '../../../experiments/compare/floor_text.js';
import { echoKey } from '../../../experiments/run/echo.js';
import { testpmdArguments } from '../../../experiments/run/testpmd.js';
import { betweenTestpmd, measureFloors } from '../../../experiments/run/floors.js';
import { judge } from '../../../experiments/run/judge.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';
import type { FloorSummary } from '../../../experiments/summary.js';

const FLOOR: FloorSummary = {
  variants: ['dpdk'], build: 'dpdk', link: 'ring', round_trip_ns: { count: 9, p50: 62, p90: 80, p99: 1_100, p999: 2_000, max: 3_000 },
  forwards_per_s: 340e6, lost: 0, drops: 0, conditions: '', testpmd_pps: [430e6, 410e6, 420e6, 425e6], rounds_of_testpmd: [0.57, 0.81, 0.9], of_testpmd: 0.81,
};
const OTHER: FloorSummary = { ...FLOOR, variants: ['afxdp'], build: 'afxdp', link: 'veth', testpmd_pps: [], rounds_of_testpmd: [], of_testpmd: null, lost: 2 };

const thresholds = (written: string) => readExperiment(SpecDocument.parse('x.yaml', `name: a\nthresholds: { echo: [${written}] }`)).thresholds;

describe('experiments/run/floors', () => {
  it('judges the echo of every build that has the figure', () => {
    const judged = judge(thresholds('"p50 <= 1us", "p99 <= 1us", "of_testpmd >= 80%", "pps >= 400Mpps"'), [], [], [FLOOR, OTHER]);
    expect(judged.map(({ expr, variant, ok }) => [expr, variant, ok])).to.deep.equal([
      ['p50 <= 1us', 'dpdk', true], ['p50 <= 1us', 'afxdp', true], ['p99 <= 1us', 'dpdk', false], ['p99 <= 1us', 'afxdp', false],
      ['of_testpmd >= 80%', 'dpdk', true], ['pps >= 400Mpps', 'dpdk', false], ['pps >= 400Mpps', 'afxdp', false],
    ]);
  });

  it('fails where no echo was measured', () => {
    expect(judge(thresholds('"p50 <= 1us"'), [], [], [])).to.deep.equal([{ metric: 'echo', expr: 'p50 <= 1us', value: null, ok: false }]);
  });

  it('says what was measured, over which link, and what was lost', () => {
    expect(floorText(FLOOR)).to.include('build dpdk, link ring').and.include('echo 0.81 of it').and.not.include('lost');
    expect(floorText(OTHER)).to.include('2 round trips lost').and.not.include('testpmd');
  });

  it('compares each echo with testpmd before and after it, and takes the middle round', async () => {
    const { round_trip_ns: trip, lost, drops, conditions } = FLOOR;
    const asked: string[] = [];
    const pps = [400e6, 400e6, 200e6, 400e6];
    const rates = [200e6, 270e6, 240e6];
    const floor = await betweenTestpmd(
      (round) => Promise.resolve({ round_trip_ns: trip, lost, drops, conditions, forwards_per_s: rates[(asked.push(`echo ${round}`), round - 1)]! }),
      () => Promise.resolve(pps[(asked.push('testpmd') - 1) / 2]!),
    );
    expect(asked).to.deep.equal(['testpmd', 'echo 1', 'testpmd', 'echo 2', 'testpmd', 'echo 3', 'testpmd']);
    expect(floor).to.deep.include({ testpmd_pps: pps, forwards_per_s: 240e6, of_testpmd: 0.8 });
    expect(floor.rounds_of_testpmd).to.deep.equal([0.5, 0.9, 0.8]);
  });

  it('names sets that share a floor together', () => {
    const lines = floorTexts([{ name: 'a', floor: FLOOR }, { name: 'b', floor: OTHER }, { name: 'c', floor: { ...FLOOR } }, { name: 'd', floor: null }]);
    expect(lines.map((line) => line.slice(0, 'floor of a, c'.length))).to.deep.equal(['floor of a, c', 'floor of b (b']);
  });

  it('loses one floor alone where one echo fails, and says so', async () => {
    const { variants } = readExperiment(SpecDocument.parse('x.yaml', 'name: a\nvary: { pipeline.build: [dpdk, socket, afxdp] }'));
    const placements = variants.map(() => ({ lcores: [], housekeepingCpu: 0 }));
    const said: string[] = [];
    const session = { remember: () => undefined, undo: () => undefined };
    const floors = await measureFloors(
      { variants, placements, folder: { directory: '', tag: 'a' }, session, signal: new AbortController().signal, failed: (line) => said.push(line) },
      ({ name }) => (name === 'socket' ? Promise.reject(new Error('no reply')) : Promise.resolve({ ...FLOOR, variants: [name] })),
    );
    expect(floors.map((floor) => floor.variants)).to.deep.equal([['dpdk'], ['afxdp']]);
    expect(said).to.deep.equal(['floor of socket: no reply']);
  });

  it('lets testpmd forward bursts of the engine\'s size', () =>
    expect(testpmdArguments({ cpu: 1, housekeepingCpu: 0, hugepages: true, burst: 8 })).to.include('--burst=8'));

  it('measures variants of one network once', () => {
    const [seven, eight, socket] = readExperiment(SpecDocument.parse('x.yaml', 'name: a\nvary:\n  - { name: a, pipeline.oms.every: 7 }\n  - { name: b, pipeline.oms.every: 8 }\n  - { name: c, pipeline.build: socket }')).variants.map(({ settings }) => echoKey(settings));
    expect(seven).to.equal(eight);
    expect(seven).to.not.equal(socket);
  });
});
