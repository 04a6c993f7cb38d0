import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { Session, SessionError, sweep } from '../../../experiments/isolation/session.js';
import { identify, isAlive, killAndWait } from '../../../experiments/launch/process_identity.js';

describe('experiments/isolation/session', () => {
  let folder: string;
  let state: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hopscope-session-'));
    state = path.join(folder, 'state');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function file(name: string, text: string): string {
    const made = path.join(folder, name);
    writeFileSync(made, text);
    return made;
  }

  it('puts settings back and removes files, last change first', () => {
    const setting = file('sysctl', '950000\n');
    const page = file('page', '');
    const session = Session.open('test', state);
    session.remember({ kind: 'setting', path: setting, was: '950000' });
    writeFileSync(setting, '10');
    session.remember({ kind: 'setting', path: setting, was: '10' });
    writeFileSync(setting, '-1');
    session.remember({ kind: 'file', path: page });
    session.close();
    expect(readFileSync(setting, 'utf8')).to.equal('950000');
    expect(existsSync(page)).to.be.false;
    expect(readdirSync(state)).to.deep.equal([]);
  });

  it('is undone by the next command after kill -9: settings, files and orphaned processes', async () => {
    const setting = file('sysctl', '950000');
    const page = file('page', '');
    const orphan = spawn('sleep', ['600'], { stdio: 'ignore' });
    const identity = identify(orphan.pid ?? 0)!;
    const program = `
      import { Session } from ${JSON.stringify(path.resolve('experiments/isolation/session.ts'))};
      import { writeFileSync } from 'node:fs';
      const session = Session.open('victim', ${JSON.stringify(state)});
      session.remember({ kind: 'process', pid: ${identity.pid}, startTicks: ${identity.startTicks} });
      session.remember({ kind: 'file', path: ${JSON.stringify(page)} });
      session.remember({ kind: 'setting', path: ${JSON.stringify(setting)}, was: '950000' });
      writeFileSync(${JSON.stringify(setting)}, '-1');
      process.kill(process.pid, 'SIGKILL');
    `;
    const victim = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], { stdio: 'ignore' });
    const [, signal] = (await once(victim, 'exit')) as [number | null, string | null];
    expect(signal).to.equal('SIGKILL');
    expect(readFileSync(setting, 'utf8')).to.equal('-1');

    const lines = sweep(state);
    expect(lines).to.have.lengthOf(1);
    expect(lines[0]).to.match(/cleaned up after victim \(process \d+ died in mid-run\)/).and.include(`restored ${setting} to 950000`).and.include(`ended process ${identity.pid}`);
    expect(readFileSync(setting, 'utf8')).to.equal('950000');
    expect(existsSync(page)).to.be.false;
    expect(isAlive(identity)).to.be.false;
    expect(sweep(state)).to.deep.equal([]);
  });

  it('says in a line what it could not undo, undoes the rest, and is not stopped by it again', () => {
    const page = file('page', '');
    const plain = file('plain', '');
    mkdirSync(state);
    const dead = { pid: identify(process.pid)!.pid, startTicks: 1 };
    const leftovers = [{ kind: 'file', path: page }, { kind: 'file', path: path.join(plain, 'below') }];
    writeFileSync(path.join(state, `session-${dead.pid}.json`), JSON.stringify({ owner: dead, experiment: 'victim', leftovers }));
    const [line] = sweep(state);
    expect(line).to.match(/could not undo file: .*ENOTDIR.*below/).and.include(`removed ${page}`);
    expect(existsSync(page)).to.be.false;
    expect(sweep(state)).to.deep.equal([]);
  });

  it('leaves a running experiment alone, and refuses to run beside it', () => {
    const other = identify(process.ppid)!;
    mkdirSync(state);
    writeFileSync(path.join(state, `session-${other.pid}.json`), JSON.stringify({ owner: other, experiment: 'theirs', leftovers: [] }));
    expect(sweep(state)).to.deep.equal([]);
    expect(() => Session.open('mine', state)).to.throw(SessionError, new RegExp(`theirs \\(process ${other.pid}\\) is running on this machine.*wait for it`));
    expect(readdirSync(state)).to.deep.equal([`session-${other.pid}.json`]);
  });

  it('does not kill a stranger who inherited the pid', () => {
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
    const pid = stranger.pid ?? 0;
    const before = identify(pid)!;
    try {
      expect(killAndWait({ pid, startTicks: before.startTicks - 1 })).to.be.true;
      expect(isAlive(before)).to.be.true;
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('says what to do where the state folder cannot be written', () => {
    expect(() => Session.open('test', path.join(file('plain', ''), 'state'))).to.throw(SessionError, /cannot be written .*; run as root/);
  });
});
