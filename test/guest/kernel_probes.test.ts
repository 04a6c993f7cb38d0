/** Kprobes and fentry, which not every host has: our own programs attached to one function of the kernel each, and hit. */
import { expect } from 'chai';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { skip } from '../skip.js';
import { Guest, requireGuest } from './guest.js';

const BUILD = path.join(import.meta.dirname, '../../build');
const PROGRAM = path.join(BUILD, 'native/test/kernel_probe_hits');
const READS = 100; // native/test/kernel_probe_hits.cpp

describe('guest: probes of the kernel', function () {
  this.timeout(200_000);
  let guest: Guest | undefined;

  before(function () {
    requireGuest(this);
    if (!existsSync(PROGRAM)) skip(this, 'native/test/kernel_probe_hits is not built');
    guest = new Guest();
  });
  after(() => guest?.close());

  it('attaches a kprobe and an fentry program, and each runs at every call', () => {
    const console = guest!.run(`${PROGRAM} ${BUILD}/bpf`);
    for (const kind of ['kprobe', 'fentry']) {
      const hits = Number(new RegExp(`^${kind} ([0-9]+)`, 'm').exec(console)?.[1]);
      expect(hits, console).to.be.at.least(READS); // other processes read as well
    }
  });
});
