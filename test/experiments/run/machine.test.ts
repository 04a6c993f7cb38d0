import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildFlags, describeMachine } from '../../../experiments/run/machine.js';

describe('experiments/run/machine', () => {
  it('reads how the engine was compiled from CMake, and nothing where it was not', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hopscope-machine-'));
    try {
      const cache = path.join(folder, 'CMakeCache.txt');
      writeFileSync(cache, '//Choose\nCMAKE_BUILD_TYPE:UNINITIALIZED=RelWithDebInfo\nCMAKE_CXX_COMPILER:FILEPATH=/usr/bin/c++\nCMAKE_CXX_FLAGS:STRING=-march=x\nCMAKE_CXX_FLAGS_DEBUG:STRING=-g\nCMAKE_CXX_FLAGS_RELWITHDEBINFO:STRING=-O2 -g1\n');
      expect(buildFlags(cache)).to.equal('RelWithDebInfo c++ -march=x -O2 -g1');
      expect(buildFlags(path.join(folder, 'none'))).to.equal('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells machines apart without naming them', () => {
    expect(describeMachine(1e9).id).to.match(/^[0-9a-f]{12}$/).and.equal(describeMachine(2e9).id);
  });
});
