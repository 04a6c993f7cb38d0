import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { readSteal } from '../../collector/steal.js';

describe('readSteal', () => {
  let dir: string;
  before(() => (dir = mkdtempSync(path.join(tmpdir(), 'hopscope-steal-'))));
  after(() => rmSync(dir, { recursive: true, force: true }));

  it('reads the steal column of the CPUs asked for, in ms', () => {
    const stat = path.join(dir, 'stat');
    writeFileSync(stat, 'cpu  9 9 9 9 9 9 9 99 0 0\ncpu0 1 2 3 4 5 6 7 8 9 0\ncpu1 1 2 3 4 5 6 7 250 9 0\nintr 1 2 3 4 5 6 7 8 9\n');
    expect(readSteal([1, 0, 7], stat)).to.deep.equal({ 0: 80, 1: 2500 });
  });

  it('finds this machine\'s', () => expect(readSteal([0])[0]).to.be.at.least(0));
});
