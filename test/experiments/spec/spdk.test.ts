import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readPciControllers, readVolatileBdevs } from '../../../experiments/spec/spdk_config.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { readExperiment } from '../../../experiments/spec/load.js';

const ATTACH = (params: object): object => ({ method: 'bdev_nvme_attach_controller', params });

describe('experiments/spec: journals on SPDK', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hopscope-spdk-'));
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  after(() => rmSync(folder, { recursive: true }));

  function fault(...overrides: readonly string[]): string {
    try {
      readExperiment(SpecDocument.parse('x.yaml', 'name: a', ['pipeline.journal.device=spdk', ...overrides]));
      return '';
    } catch (error) {
      if (error instanceof SpecError) return error.message;
      throw error;
    }
  }
  const spdk = (config: string, bdev: string): readonly string[] => [`pipeline.journal.spdk.config=${config}`, `pipeline.journal.spdk.bdev=${bdev}`];

  it('need a configuration, a bdev for each venue and the dpdk build', () => {
    const config = file('good.json', '{"subsystems": []}');
    expect(fault()).to.include('write spdk: { config: FILE.json, bdev: NAME }');
    expect(fault(...spdk(config, 'Malloc0'))).to.equal('');
    expect(fault(...spdk(config, 'Malloc0'), 'pipeline.venues=2')).to.include('2 venues need a bdev each; write a list of 2');
    expect(fault(...spdk(config, '[Malloc0, Malloc1]'), 'pipeline.venues=2')).to.equal('');
    expect(fault(...spdk(config, '[Malloc0, Malloc1]'))).to.include('one venue needs one bdev');
    expect(fault(...spdk(config, '[Malloc0, Malloc0]'), 'pipeline.venues=2')).to.include('names a bdev twice');
    expect(fault(...spdk(config, 'Malloc0'), 'pipeline.build=socket')).to.include('write build: dpdk, or device: uring');
    expect(fault('pipeline.journal.spdk.bdev=Malloc0')).to.include('write the name of a JSON configuration of SPDK');
  });

  it('say what is wrong with the configuration before anything starts', () => {
    expect(fault(...spdk(path.join(folder, 'none.json'), 'Malloc0'))).to.match(/pipeline\.journal\.spdk\.config: there is no file .*none\.json/);
    expect(fault(...spdk(folder, 'Malloc0'))).to.include('is not a file; name a JSON configuration of SPDK');
    expect(fault(...spdk(file('cut.json', '{"subsystems": ['), 'Malloc0'))).to.include('cut.json is no JSON object');
  });

  it('find the configuration beside the experiment, or from the current folder', () => {
    file('beside.json', '{"subsystems": []}');
    const configOf = (experiment: string): string | undefined =>
      readExperiment(SpecDocument.parse(experiment, 'name: a', ['pipeline.journal.device=spdk', ...spdk('beside.json', 'Malloc0')])).variants[0]?.settings.pipeline.journal.spdk?.config;
    expect(configOf(path.join(folder, 'x.yaml'))).to.equal(path.join(folder, 'beside.json'));
    const here = process.cwd();
    try {
      process.chdir(folder);
      expect(configOf('/nonexistent/x.yaml')).to.equal('beside.json');
    } finally {
      process.chdir(here);
    }
  });

  it('let EAL have the NVMe controllers that the configuration attaches, and nothing else', () => {
    const config = file('nvme.json', JSON.stringify({
      subsystems: [
        { subsystem: 'accel', config: null },
        { subsystem: 'bdev', config: [
          { method: 'bdev_malloc_create', params: { name: 'Malloc0', num_blocks: 8 } },
          ATTACH({ name: 'Nvme0', trtype: 'PCIe', traddr: '0000:00:04.0' }),
          ATTACH({ name: 'Nvme1', trtype: 'TCP', traddr: '10.0.0.1' }),
          { method: 'bdev_wait_for_examine' },
        ] },
      ],
    }));
    expect(readPciControllers(config)).to.deep.equal(['0000:00:04.0']);
    expect(readVolatileBdevs(config)).to.deep.equal(['Malloc0']);
    expect(readPciControllers(file('empty.json', '{}'))).to.deep.equal([]);
    expect(readPciControllers(file('list.json', '[1]'))).to.equal(undefined);
  });
});
