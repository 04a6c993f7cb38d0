import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isCalm } from '../../../experiments/run/accuracy.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { flatten, loadExperiment, readExperiment, type Experiment } from '../../../experiments/spec/load.js';

function read(text: string, overrides: readonly string[] = []): Experiment {
  return readExperiment(SpecDocument.parse('x.yaml', text, overrides));
}

/** The lines of the SpecError that reading must end in. */
function faults(text: string, overrides: readonly string[] = []): readonly string[] {
  try {
    read(text, overrides);
  } catch (error) {
    if (error instanceof SpecError) return error.message.split('\n');
    throw error;
  }
  throw new Error('the specification was accepted');
}

describe('experiments/spec/load', () => {
  it('fills in every default', () => {
    const [variant] = read('name: small').variants;
    expect(variant?.name).to.equal('dpdk');
    expect(variant?.settings.probes.lane).to.equal('stream');
    expect(variant?.settings.pipeline.journal.block).to.equal(65_536);
    expect(variant?.settings.isolation.policy).to.equal('auto');
  });

  it('replaces resting orders before they are cancelled, or not at all', () => {
    expect(read('name: a').variants[0]?.settings.pipeline.oms.replace_after).to.equal(0);
    const oms = (keys: string): string => `name: a\npipeline: { oms: { ${keys} } }`;
    expect(read(oms('cancel_after: 8, replace_after: 7')).variants[0]?.settings.pipeline.oms.replace_after).to.equal(7);
    expect(faults(oms('cancel_after: 8, replace_after: 8')).join()).to.match(/pipeline\.oms\.replace_after: a resting order is cancelled after 8 further ones; write fewer/);
  });

  it('accepts the shape of the design, units resolved', () => {
    const text = `
name: all-keys
pipeline: { build: dpdk, link: ring, feed: { flow: simulate, seed: 7, rate: 200kpps, arrivals: poisson, messages: 2M }, venues: 2, journal: { device: uring, submit: helper, ack_after: match } }
pacing: open
placement: auto
probes: { lane: stream, sample: 1/16, stalls: false }
repeat: { warmup: 2s, measure: 10s, runs: 10, order: interleaved }
thresholds:
  tick_to_ack: ["p50 < 20us", "p99 < 100us"]
  feed: ["missed == 0"]
`;
    const experiment = read(text);
    const settings = experiment.variants[0]?.settings;
    expect(settings?.pipeline.feed.rate).to.equal(200_000);
    expect(settings?.probes.sample).to.equal(16);
    expect(settings?.repeat.warmup).to.equal(2e9);
    expect(experiment.runs).to.equal(10);
    expect(experiment.thresholds.map((threshold) => threshold.expr)).to.deep.equal(['p50 < 20us', 'p99 < 100us', 'missed == 0']);
  });

  it('names file, line, key and remedy of a mistyped key', () => {
    expect(faults('name: a\npipeline:\n  feed:\n    rat: 10kpps\n')).to.deep.equal(['x.yaml:4: pipeline.feed.rat: unknown key; did you mean rate?']);
    expect(faults('name: a\nqqq: 1\n')[0]).to.match(/^x\.yaml:2: qqq: unknown key; the keys here are name, .*thresholds/);
  });

  it('names the line of a bad unit, a rate of 0, a bad word and a wrong type', () => {
    expect(faults('name: a\npipeline:\n  feed: { seed: 1,\n    rate: 10kbps }\n')[0]).to.match(/^x\.yaml:4: pipeline\.feed\.rate: "10kbps" has the unknown unit/);
    expect(faults('name: a\npipeline: { feed: { rate: 0 } }\n')[0]).to.match(/^x\.yaml:2: pipeline\.feed\.rate: a rate of 0 would send nothing; write/);
    expect(faults('name: a\nprobes:\n  lane: strem\n')).to.deep.equal(['x.yaml:3: probes.lane: "strem" is none of off, stamps, stream, capsule, hops']);
    expect(faults('name: a\npipeline: 5\n')[0]).to.match(/^x\.yaml:2: pipeline: a map is needed here; its keys are build/);
    expect(faults('name: a\nrepeat:\n  runs: many\n')[0]).to.match(/^x\.yaml:3: repeat\.runs: "many" is not a number; write a whole number/);
    expect(faults('pacing: open\n')[0]).to.match(/name: a name is needed, for example/);
  });

  it('names the limits of a journal\'s block', () => {
    expect(faults('name: a\npipeline: { journal: { block: 4MiB } }')[0]).to.include('it must be between 4KiB and 2MiB');
  });

  it('reports every fault, one line each', () => {
    expect(faults('name: a\npacing: never\npipeline:\n  venues: 99\n')).to.have.lengthOf(2);
  });

  it('reports YAML that does not parse with its line', () => {
    expect(faults('name: a\npipeline: { build: dpdk\n')[0]).to.match(/^x\.yaml:[23]: .*; an experiment is a YAML map/);
    expect(faults('just text')[0]).to.match(/^x\.yaml:1: an experiment is a YAML map/);
  });

  describe('overrides', () => {
    it('win over the file, and keep YAML types', () => {
      const { settings } = read('name: a\nrepeat: { measure: 10s, runs: 4 }', ['repeat.measure=2s', 'repeat.runs=2', 'probes.lane=off', 'pipeline.feed.rate=500kpps']).variants[0]!;
      expect(settings.repeat).to.include({ measure: 2e9, runs: 2 });
      expect(settings.probes.lane).to.equal('off');
      expect(settings.pipeline.feed.rate).to.equal(500_000);
    });

    it('are blamed for their own faults', () => {
      expect(faults('name: a', ['repeat.measure=2'])).to.deep.equal(['--set repeat.measure=2: repeat.measure: 2 has no unit; write a duration as 500ns, 20us, 5ms, 2s, 1.5m or 1h']);
      expect(faults('name: a', ['repeat.meazure=2s'])[0]).to.equal('--set repeat.meazure=2s: repeat.meazure: unknown key; did you mean measure?');
      expect(faults('name: a', ['measure'])[0]).to.match(/an override is key=value; write for example/);
    });

    it('take a varied key out of the variation', () => {
      const { variants } = read('name: a\nvary: { pipeline.build: [dpdk, socket] }', ['pipeline.build=socket']);
      expect(variants.map((variant) => variant.settings.pipeline.build)).to.deep.equal(['socket']);
    });
  });

  describe('rules between keys', () => {
    it('want a file for a replay, and one that is there', () => {
      expect(faults('name: a\npipeline:\n  feed: { flow: itch }')[0]).to.match(/^x\.yaml:3: pipeline\.feed: flow: itch needs a file; add file:/);
      expect(faults('name: a\npipeline:\n  feed: { flow: itch,\n    file: /nowhere.itch }')[0]).to.match(/^x\.yaml:4: pipeline\.feed\.file: there is no file \/nowhere\.itch; name one/);
      expect(faults('name: a\npipeline: { feed: { flow: itch, file: /tmp } }')[0]).to.match(/\/tmp is not a file; name an ITCH/);
    });

    it('keep simulator and replay keys apart', () => {
      expect(faults('name: a\npipeline: { feed: { speed: 2x } }')[0]).to.match(/pipeline\.feed\.speed: belongs to a replay; remove it, or write flow: itch/);
    });

    it('refuse cards that are not named, not wanted, not there, or named twice', () => {
      const fault = (pipeline: string): string | undefined => faults(`name: a\npipeline: ${pipeline}`)[0];
      expect(fault('{ link: pci }')).to.include('link: pci needs to know the network cards; write ports: { oms-venue0: [0000:01:00.0, 0000:01:00.1] }');
      expect(fault('{ ports: { feed-oms: ["0000:01:00.0", "0000:01:00.1"] } }')).to.include('link: ring uses no network cards');
      expect(fault('{ link: pci, ports: { oms-venue1: ["0000:01:00.0", "0000:01:00.1"] } }')).to.include('has no such link; it has feed-oms, feed-venue0, oms-venue0');
      expect(fault('{ link: pci, ports: { feed-oms: ["0000:01:00.0", "0000:01:00.0"] } }')).to.include('0000:01:00.0 is named twice');
      expect(fault('{ link: pci, ports: { feed-oms: ["eth0", "0000:01:00.0"] } }')).to.include('a PCI address reads like 0000:01:00.0 (lspci -D)');
      expect(fault('{ link: pci, ports: { feed-oms: ["0000:01:00.0"] } }')).to.include('two PCI addresses are needed');
      expect(() => fault('{ link: pci, ports: { feed-oms: ["0000:01:00.0", "0000:01:00.1"] } }')).to.throw('the specification was accepted');
    });

    it('refuse a link of another build', () => {
      expect(faults('name: a\npipeline: { build: socket, link: ring }')[0]).to.include('ring does not fit build: socket; write link: veth');
      expect(faults('name: a\npipeline: { link: pipe }')[0]).to.include('pipe does not fit build: dpdk; write link: ring');
      expect(faults('name: a\npipeline: { build: netmap, link: ring }')[0]).to.include('ring does not fit build: netmap; write link: pipe or vale or veth');
      expect(faults('name: a\npipeline: { link: rope }')[0]).to.include('"rope" is none of auto, ring, veth');
    });

    it('want a block device for each venue, and only where one is written to', () => {
      const fault = (journal: string, venues = 1): string | undefined => faults(`name: a\npipeline: { venues: ${venues}, journal: ${journal} }`)[0];
      expect(fault('{ path: /dev/sdz, device: memory }')).to.include('device: memory has no use for it; write device: uring');
      expect(fault('{ path: /dev/sdz }', 2)).to.include('2 venues need a device each; write a list of 2');
      expect(fault('{ path: [/dev/sdy, /dev/sdz] }')).to.include('one venue needs one device');
      expect(fault('{ path: [/dev/sdz, /dev/sdz] }', 2)).to.include('names a device twice');
      expect(read('name: a\npipeline: { venues: 2, journal: { path: [/dev/sdy, /dev/sdz] } }').variants[0]?.settings.pipeline.journal.path).to.deep.equal(['/dev/sdy', '/dev/sdz']);
    });

    it('want room for a block in each segment of a journal', () => {
      const fault = (journal: string): string | undefined => faults(`name: a\npipeline: { journal: ${journal} }`)[0];
      expect(fault('{ size: 1MiB, segments: 16, device: uring }')).to.include('16 segments of 1048576 bytes have no room for a block of 65536 each; write fewer');
      for (const fits of ['{ size: 1MiB, segments: 15, device: uring }', '{ size: 1MiB, segments: 16, device: memory }'])
        expect(() => read(`name: a\npipeline: { journal: ${fits} }`)).not.to.throw();
      expect(fault('{ segments: 2000 }')).to.include('it must be between 1 and 1024');
    });

    it('want a journal that snapshots can follow', () => {
      const fault = (device: string): string | undefined => faults(`name: a\npipeline: { journal: { device: ${device}, snapshot_every: 1M } }`)[0];
      expect(fault('memory')).to.include('device: memory cannot be read while it is written, as snapshots need; write device: uring');
      expect(read('name: a\npipeline: { journal: { snapshot_every: 1M } }').variants[0]?.settings.pipeline.journal.snapshot_every).to.equal(1_000_000);
    });

    it('refuse impossible placements', () => {
      const placed = (lcores: string): string => faults(`name: a\nplacement: { housekeeping: 0, lcores: ${lcores} }`)[0]!;
      expect(placed('[{ cpu: 1, roles: [feed, oms] }]')).to.include('role venue0 stands on 0 lcores');
      expect(placed('[{ cpu: 0, roles: [feed, oms, venue0] }]')).to.include('CPU 0 is also an lcore');
      expect(placed('[{ cpu: 1, roles: [feed, oms] }, { cpu: 1, roles: [venue0] }]')).to.include('two lcores share a CPU');
    });

    it('want rings that are powers of two', () => {
      expect(faults('name: a\nprobes: { ring: 3MiB }')[0]).to.include('a ring buffer is a power of two');
    });
  });

  it('blames a varied value at its place in vary', () => {
    expect(faults('name: a\nvary:\n  probes.lane: [stream, nope]\n')[0]).to.match(/^x\.yaml:3: probes\.lane: "nope" is none of/);
  });

  it('says where experiments are when the file is missing', () => {
    expect(() => loadExperiment('/nowhere/x.yaml')).to.throw(SpecError, '/nowhere/x.yaml: there is no such file; the experiments that come with hopscope stand in experiments/');
  });

  it('reads every experiment that ships', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hopscope-spec-'));
    try {
      const sample = path.join(folder, 'any.itch');
      writeFileSync(sample, 'x');
      const shipped = (name: string, set: readonly string[] = []): Experiment => loadExperiment(path.join(import.meta.dirname, '../../../experiments', name), set);
      expect(shipped('tick-to-ack.yaml').variants).to.have.lengthOf(1);
      expect(shipped('throughput.yaml').reference).to.equal('testpmd');
      expect(shipped('journal.yaml').reference).to.equal('fio');
      expect(shipped('journal.yaml').variants.map(({ settings: { pipeline: { journal } } }) => [journal.device, journal.submit, journal.block])).to.deep.equal([['memory', 'helper', 4096], ['uring', 'helper', 4096], ['uring', 'inline', 4096], ['spdk', 'helper', 4096]]);
      expect(shipped('journal.yaml').variants[3]?.settings.pipeline.journal.spdk?.config).to.match(/experiments\/journal-malloc\.json$/);
      expect(shipped('observer-effect.yaml').variants.map((variant) => variant.name)).to.deep.equal(['off', 'stamps', 'stream', 'capsule', 'hops']);
      // The calm run comes first: the storm is compared with it.
      expect(shipped('accuracy.yaml').variants.map((variant) => isCalm(variant.settings))).to.deep.equal([true, ...Array<boolean>(8).fill(false)]);
      expect(shipped('accuracy.yaml').variants.at(-1)?.settings.inject).to.deep.equal({ name: 'timer storm', timer: { every: 50_000 } });
      expect(shipped('cpu-hog.yaml').variants[0]?.settings.inject.hog).to.deep.equal({ on: 5e6, off: 45e6 });
      expect(shipped('stall-cost.yaml').variants.map(({ settings: { probes } }) => [probes.stalls, probes.switch])).to.deep.equal([[true, 2e8]]);
      expect(shipped('trace-load.yaml').variants[0]?.settings.pipeline.synthetic).to.equal(500_000);
      expect(shipped('itch-replay.yaml', [`pipeline.feed.file=${sample}`]).variants.map((variant) => variant.settings.pipeline.feed.speed)).to.deep.equal([0, 3600]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('flattens settings to dotted keys', () => {
    expect(flatten({ a: { b: 1, c: { d: 'x' } }, list: [1, 2], none: undefined })).to.deep.equal({ 'a.b': 1, 'a.c.d': 'x', list: '[1,2]' });
  });
});
