/** The dpdk build on network cards by PCI address: every link of a pipeline runs from an e1000 to a virtio card, both taken from the kernel. */
import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { skip } from '../skip.js';
import { Guest, bind, onlyDrivers, pciAddress, requireGuest, type Cable } from './guest.js';
import { executable, prepare, resultOf, ringOnHost } from './lockstep.js';

const CABLES: Readonly<Record<string, Cable>> = {
  'feed-oms': { e1000Slot: 0x10, virtioSlot: 0x11 },
  'feed-venue0': { e1000Slot: 0x12, virtioSlot: 0x13 },
  'oms-venue0': { e1000Slot: 0x14, virtioSlot: 0x15 },
};

describe('guest: the dpdk build on network cards', function () {
  this.timeout(200_000);
  let guest: Guest | undefined;

  before(function () {
    requireGuest(this);
    if (!existsSync(executable('dpdk'))) skip(this, 'the dpdk engine is not built');
    guest = new Guest();
  });
  after(() => guest?.close());

  for (const [driver, iommu] of [['vfio-pci', true], ['uio_pci_generic', false]] as const) {
    it(`takes them by ${driver}, and its lockstep run has the digests of rings on the host`, () => {
      const { folder } = guest!;
      const cards = Object.entries(CABLES).map(([link, { e1000Slot, virtioSlot }]) => [link, [pciAddress(e1000Slot), pciAddress(virtioSlot)]] as const);
      const name = driver.replace(/_.*|-.*/, '');
      const { command } = prepare(name, folder, '/mnt', true, ['pipeline.link=pci', `pipeline.ports=${JSON.stringify(Object.fromEntries(cards))}`]);
      guest!.run([
        ...onlyDrivers('bus_pci', 'bus_vdev', 'mempool_ring', 'net_e1000', 'net_virtio', 'net_ring'),
        `modprobe ${driver}`,
        'echo 128 > /proc/sys/vm/nr_hugepages',
        ...cards.flatMap(([, ports]) => ports.map((port) => bind(driver, port))),
        command,
      ].join('\n'), { cables: Object.values(CABLES), iommu });

      const here = ringOnHost(folder);
      const there = resultOf(folder, name);
      expect(there.digest).to.deep.equal(here.digest);
      expect(there.digest.journal).to.match(/^[0-9a-f]{16}$/);
      expect(there.ports).to.deep.equal(here.ports); // so many packets, none lost, none that is not ours
      expect(there.ports.find((port) => port.name === 'feed-oms.b')?.rx).to.be.above(1_000);
    });
  }
});
