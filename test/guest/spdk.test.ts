/** The journal on an NVMe controller that SPDK's driver has taken from the kernel: what the host then reads from its namespace. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { builtWithSpdk } from '../../experiments/doctor/bypass.js';
import { skip } from '../skip.js';
import { Guest, bind, onlyDrivers, pciAddress, requireGuest } from './guest.js';
import { executable, prepare, resultOf, ringOnHost } from './lockstep.js';

const BUILD = path.join(import.meta.dirname, '../../build');
const SLOT = 0x16;
const IMAGE_BYTES = 32 << 20;
const CONFIGURATION = {
  subsystems: [
    { subsystem: 'iobuf', config: [{ method: 'iobuf_set_options', params: { small_pool_count: 1024, large_pool_count: 64, small_bufsize: 8192, large_bufsize: 135168 } }] },
    { subsystem: 'bdev', config: [
      { method: 'bdev_set_options', params: { bdev_io_pool_size: 2048, bdev_io_cache_size: 128 } },
      { method: 'bdev_nvme_attach_controller', params: { name: 'Nvme0', trtype: 'PCIe', traddr: pciAddress(SLOT) } },
    ] },
  ],
};

describe('guest: the journal on NVMe through SPDK', function () {
  this.timeout(200_000);
  let guest: Guest | undefined;

  before(function () {
    requireGuest(this);
    if (!existsSync(executable('dpdk'))) skip(this, 'the dpdk engine is not built');
    if (builtWithSpdk(readFileSync(path.join(BUILD, 'CMakeCache.txt'), 'utf8')) === undefined) skip(this, 'the engine was built without SPDK (docs/spdk.md)');
    guest = new Guest();
  });
  after(() => guest?.close());

  for (const [driver, iommu] of [['vfio-pci', true], ['uio_pci_generic', false]] as const) {
    it(`is written by way of ${driver}, and has the records of one in memory`, () => {
      const { folder } = guest!;
      const name = driver.replace(/_.*|-.*/, '');
      const image = path.join(folder, `${name}.nvme`);
      writeFileSync(image, '');
      truncateSync(image, IMAGE_BYTES);
      writeFileSync(path.join(folder, 'spdk.json'), JSON.stringify(CONFIGURATION));
      const journal = ['device=spdk', `spdk.config=${path.join(folder, 'spdk.json')}`, 'spdk.bdev=Nvme0n1', 'spdk.memory=192MiB'];
      const { command } = prepare(name, folder, '/mnt', true, ['pipeline.link=ring', ...journal.map((setting) => `pipeline.journal.${setting}`)]);
      const plan = path.join(folder, `${name}.json`);
      writeFileSync(plan, readFileSync(plan, 'utf8').replaceAll(path.join(folder, 'spdk.json'), '/mnt/spdk.json'));
      guest!.run([
        ...onlyDrivers('bus_pci', 'bus_vdev', 'mempool_ring', 'net_ring'),
        'mount -t tmpfs tmp /var/tmp', // SPDK reads its configuration through a socket there
        `modprobe ${driver}`,
        'echo 192 > /proc/sys/vm/nr_hugepages',
        bind(driver, pciAddress(SLOT)),
        command,
      ].join('\n'), { cables: [], nvme: { slot: SLOT, image }, iommu });

      const here = ringOnHost(folder);
      expect(resultOf(folder, name).digest).to.deep.equal(here.digest);
      const verified = spawnSync(path.join(BUILD, 'engine/hopscope-journal'), ['verify', image], { encoding: 'utf8' });
      expect(verified.status, `${verified.stdout}${verified.stderr}`).to.equal(0);
      expect(verified.stdout).to.match(/[1-9]\d* records/);
    });
  }
});
