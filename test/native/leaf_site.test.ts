import { expect } from 'chai';

import { features, openLane } from '../../native/index.js';
import { describeAsRoot } from './as_root.js';
import { ChildProgram } from './child_program.js';

// native/test/leaf_site.cpp keeps its locals in the red zone, where the call that replaces a probed nop5 writes its return address.
describeAsRoot('a leaf function with a probe site', function () {
  this.timeout(20_000);
  const optimises = (): boolean => features().find((f) => f.name === 'usdt_nop5')?.ok === true;

  for (const [build, program] of [
    ['at -O2', 'leaf_site'],
    ['with link-time optimisation', 'leaf_site_lto'],
  ] as const) {
    it(`computes right ${build}: unattached, attached, detached`, async () => {
      const leaf = new ChildProgram(program);
      const lane = openLane({ lane: 'hops', threads: 1, ringBytes: 4096, outputBytes: 4 << 20, sample: 1, runId: 'leaf' });
      try {
        lane.setClock({ tscMillihertz: 1_000_000_000_000n, tsc: 0n, realtimeNs: 0n });
        expect(await leaf.ask()).to.equal('right');
        lane.attach(leaf.pid, leaf.file);
        for (let i = 0; i < 3; ++i) expect(await leaf.ask()).to.equal('right');
        expect(lane.drain().hits).to.equal(3 * 1_000 * 15);
        expect(lane.counts().lost).to.equal(0);
        const sites = lane.sites();
        expect(sites.map((s) => s.sites)).to.deep.equal(Array<number>(15).fill(1));
        // First byte 0xe8 on a kernel that optimises; a trap (0xcc) on others, which is right as well, only slower.
        expect(sites.every((s) => s.optimised)).to.equal(optimises());
        lane.close();
        expect(await leaf.ask()).to.equal('right');
      } finally {
        lane.close();
        await leaf.kill();
      }
    });
  }
});
