import { expect } from 'chai';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EngineError, EngineProcess, engineExecutable } from '../../../experiments/launch/engine_process.js';
import { usableCpus } from '../../../experiments/launch/placement.js';

describe('experiments/launch/engine_process', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hopscope-engine-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function start(script: string): EngineProcess {
    const executable = path.join(folder, 'engine');
    writeFileSync(executable, `#!/bin/sh\n${script}\n`);
    chmodSync(executable, 0o755);
    return EngineProcess.start(executable, path.join(folder, 'plan.json'), path.join(folder, 'engine.log'), usableCpus());
  }

  it('keeps the last lines of an engine that dies, the unfinished one included', async () => {
    const engine = start('for i in $(seq 1 40); do echo "line $i" >&2; done; printf "page: no room" >&2; exit 3');
    await engine.exited;
    expect(engine.describeExit()).to.equal('the engine ended with exit code 3');
    expect(engine.lastLines.at(-1)).to.equal('page: no room');
    expect(engine.lastLines).to.include('line 40').and.not.include('line 1');
  });

  it('names the signal that killed it, and is noticed at once', async () => {
    const engine = start('exec sleep 600');
    expect(engine.exit).to.equal(undefined);
    process.kill(engine.pid, 'SIGKILL');
    await engine.exited;
    expect(engine.describeExit()).to.equal('the engine was killed by SIGKILL');
  });

  it('passes the plan and logs what the engine says', async () => {
    const engine = start('echo "got $1 $2"');
    await engine.exited;
    expect(engine.lastLines).to.deep.equal([`got --plan ${path.join(folder, 'plan.json')}`]);
    expect(readFileSync(path.join(folder, 'engine.log'), 'utf8')).to.include('got --plan');
  });

  it('says how to build an engine that is not there', () => {
    expect(() => engineExecutable('dpdk', folder)).to.throw(EngineError, /the engine of build dpdk is not built .*; npm run setup/);
  });
});
