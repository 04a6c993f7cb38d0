import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Outbox, type Letter } from '../../../collector/alerts/outbox.js';
import { OutboxError } from '../../../collector/alerts/outbox_error.js';
import { skip } from '../../skip.js';
import { notification, scratchFolder, type ScratchFolder } from './letters.js';
import { startProcess } from './processes.js';

const URL_OF_NOBODY = 'http://127.0.0.1:9/';

describe('Outbox', () => {
  let scratch: ScratchFolder;
  let dir: string;
  let trouble: string[];
  const open = (): Outbox => Outbox.open(dir, (line) => trouble.push(line));
  const files = (): string[] => readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));

  beforeEach(() => {
    scratch = scratchFolder();
    dir = join(scratch.dir, 'made', 'outbox');
    trouble = [];
  });
  afterEach(() => {
    scratch.remove();
    expect(trouble).to.deep.equal([]);
  });

  it('keeps a notification as one file that nobody else may read', async () => {
    const outbox = open();
    const letter = outbox.keep(notification());
    await letter.kept;
    expect(JSON.parse(readFileSync(letter.file, 'utf8'))).to.deep.equal(notification());
    expect(statSync(letter.file).mode & 0o777).to.equal(0o600);
    expect(statSync(join(letter.file, '..')).mode & 0o777).to.equal(0o700);
    expect(files()).to.have.length(1);
    await outbox.forget(letter);
    expect(files()).to.be.empty;
    const resolved = outbox.keep(notification({ state: 'resolved' }));
    await resolved.kept;
    await outbox.forget(resolved);
    await outbox.release();
    expect(readdirSync(dir), 'nothing stays').to.be.empty;
  });

  it('hands what it could not deliver to the next one, in order', async () => {
    const first = open();
    for (const id of ['a', 'b', 'c']) await first.keep(notification({ id, state: 'resolved' })).kept;
    await first.release();
    const second = open();
    expect(second.claim().map((one) => one.notification.id)).to.deep.equal(['a', 'b', 'c']);
    expect(second.claim(), 'once').to.be.empty;
    await second.release();
    const third = open();
    expect(third.claim().map((one) => one.notification.id)).to.deep.equal(['a', 'b', 'c']);
  });

  it('keeps the order when the clock is set back', async () => {
    const first = open();
    for (const [state, at_ms] of [['firing', 1_700_000_009_000], ['resolved', 1_700_000_001_000]] as const) await first.keep(notification({ id: state, state, at_ms })).kept;
    await first.release();
    expect(open().claim().map((one) => one.notification.id)).to.deep.equal(['firing', 'resolved']);
  });

  it('leaves alone what a living process has', async () => {
    const first = open();
    await first.keep(notification()).kept;
    expect(open().claim()).to.be.empty;
    await first.release();
  });

  it('takes over what a process had that was killed, only then, and only once', async () => {
    const other = startProcess('leave_behind', [dir, URL_OF_NOBODY, '3']);
    try {
      expect(await other.line()).to.equal('kept 3');
      const outbox = open();
      expect(outbox.claim(), 'while it lives').to.be.empty;
      await other.kill9();
      const claimed = outbox.claim().map((one) => one.notification);
      expect(claimed.slice(0, 3).map((one) => one.id)).to.deep.equal(['left-0', 'left-1', 'left-2']);
      expect(claimed.slice(3).map((one) => [one.state, one.reason]), 'it died while its alert fired').to.deep.equal([['resolved', 'its process died']]);
      expect(open().claim()).to.be.empty;
    } finally {
      await other.kill9();
    }
  });

  it('lets one of several processes that claim at once have everything', async () => {
    const first = open();
    for (let at = 0; at < 50; at += 1) await first.keep(notification({ id: `n${at}`, state: 'resolved' })).kept;
    await first.release();
    const claimers = [1, 2, 3, 4].map(() => startProcess('claim', [dir]));
    try {
      for (const one of claimers) expect(await one.line()).to.equal('ready');
      for (const one of claimers) one.child.stdin?.write('go\n');
      const counts: number[] = [];
      for (const one of claimers) counts.push((JSON.parse(await one.line()) as string[]).length);
      expect(counts.sort((a, b) => a - b)).to.deep.equal([0, 0, 0, 50]);
    } finally {
      for (const one of claimers) await one.kill9();
    }
  }).timeout(40_000);

  describe('of a process that died while its alerts fired', () => {
    /** As after kill -9: its folder under a name that no living process has. */
    const die = (letter: Letter): string => {
      const dead = join(dir, 'deadboot.1.1+folder');
      renameSync(join(letter.file, '..'), dead);
      return dead;
    };
    const resolvedOf = (letters: readonly Letter[]): readonly string[] =>
      letters.map(({ notification: { rule, target, state, reason } }) => `${rule} ${target.kind} ${state}${state === 'resolved' ? `: ${reason}` : ''}`);

    it('resolves what its targets were told, and not what it had resolved itself', async () => {
      const first = open();
      const told: Letter[] = [];
      for (const [rule, state, run_id] of [['over', 'firing', 'r1'], ['over', 'resolved', 'r1'], ['on', 'firing', 'r1'], ['on', 'firing', 'r2']] as const) {
        told.push(first.keep(notification({ rule, state, run_id, id: `${rule} ${run_id}` })));
      }
      for (const letter of told) {
        await letter.kept;
        await first.forget(letter); // delivered
      }
      const [letter] = told;
      if (letter === undefined) throw new Error('no letter');
      const dead = die(letter);
      expect(readdirSync(dead).filter((name) => name.endsWith('.firing'))).to.have.length(2);
      const second = Outbox.open(dir, (line) => trouble.push(line), () => 1_700_000_100_000);
      const claimed = second.claim();
      expect(resolvedOf(claimed)).to.deep.equal(['on webhook resolved: its process died', 'on webhook resolved: its process died']);
      expect(claimed.map((one) => one.notification.run_id)).to.deep.equal(['r1', 'r2']);
      expect(claimed[0]?.notification).to.include({ value: null, fired_ms: notification().fired_ms, at_ms: 1_700_000_100_000 });
      expect(claimed[0]?.notification.id, 'no repetition of what was sent').not.to.equal('on r1');
      expect(files(), 'they are kept as others are').to.have.length(2);
      await second.release();
      const third = open();
      expect(third.claim().map((one) => one.notification.id), 'and resolved once').to.deep.equal(claimed.map((one) => one.notification.id));
    });

    it('sends what waited, and resolved behind it, before what is newer', async () => {
      const first = open();
      const waiting = first.keep(notification({ id: 'waiting' }));
      await waiting.kept;
      die(waiting);
      const second = open();
      const newer = second.keep(notification({ id: 'newer', at_ms: notification().at_ms + 60_000 }));
      await newer.kept;
      const claimed = second.claim();
      expect(claimed.map((one) => one.notification.state)).to.deep.equal(['firing', 'resolved']);
      expect([...claimed, newer].map((one) => one.name)).to.deep.equal([...claimed, newer].map((one) => one.name).sort());
    });

    it('resolves once in Alertmanager what several runs had there, for it is one alert', async () => {
      const first = open();
      const letters = ['r1', 'r2'].map((run_id) => first.keep(notification({ run_id, target: { kind: 'alertmanager', url: 'http://127.0.0.1:9' } })));
      for (const letter of letters) await letter.kept;
      const [letter] = letters;
      if (letter === undefined) throw new Error('no letter');
      die(letter);
      const claimed = open().claim();
      expect(claimed.map((one) => one.notification.state)).to.deep.equal(['firing', 'firing', 'resolved']);
    });

    it('says nothing of an alert whose end was withheld', async () => {
      const first = open();
      const letter = first.keep(notification());
      await letter.kept;
      await first.forget(letter);
      first.settle(notification({ state: 'resolved' }));
      await first.keep(notification({ rule: 'other', state: 'resolved' })).kept; // so that the folder stays
      die(letter);
      expect(open().claim().map((one) => one.notification.rule)).to.deep.equal(['other']);
    });
  });

  it('moves aside what is no notification, says so, and takes the rest', async () => {
    const first = open();
    const letter = first.keep(notification({ state: 'resolved' }));
    await letter.kept;
    writeFileSync(join(letter.file, '..', '0-torn.json'), '{"version": 1, "id"');
    writeFileSync(join(letter.file, '..', '0-other.json'), '{"version": 2}');
    writeFileSync(join(letter.file, '..', '0-late.json'), JSON.stringify(notification({ at_ms: 1e300 })));
    mkdirSync(join(letter.file, '..', '0-folder.json'));
    await first.release();
    expect(open().claim().map((one) => one.notification.id)).to.deep.equal(['n-1']);
    const aside = readdirSync(join(dir, 'unreadable'));
    expect(aside.map((name) => name.replace(/^.*-0-/, '')).sort()).to.deep.equal(['folder.json.bad', 'late.json.bad', 'other.json.bad', 'torn.json.bad']);
    const told = trouble.splice(0);
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/cannot be sent \(0-folder\.json cannot be read: EISDIR\) and 3 more: moved to .*unreadable$/);
  });

  it('refuses a folder that it cannot write to, in one line', () => {
    mkdirSync(join(dir, '..'), { recursive: true });
    writeFileSync(dir, 'a file');
    expect(open).to.throw(OutboxError, /^notifications of alerts cannot be kept in .*outbox \(\w+\): a file stands in its way: move it$/);
  });

  it('refuses a full disk, and tells once when it fills later', async function () {
    const full = join(scratch.dir, 'full');
    mkdirSync(full);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', full], { stdio: 'pipe' });
    } catch {
      skip(this, 'this process may not mount a small file system to fill');
    }
    try {
      const outbox = Outbox.open(full, (line) => trouble.push(line));
      writeFill(join(full, 'fill'));
      const letters = [1, 2, 3].map((at) => outbox.keep(notification({ id: `n${at}`, summary: 'x'.repeat(4096) })));
      for (const letter of letters) await letter.kept;
      const line = `notifications of alerts cannot be kept in ${full} (ENOSPC): free some space there; they are sent from memory until then`;
      expect(trouble.splice(0)).to.deep.equal([line]);
      expect(() => Outbox.open(full, () => undefined)).to.throw(OutboxError, `notifications of alerts cannot be kept in ${full} (ENOSPC): free some space there`);
      for (const name of readdirSync(full).filter((one) => one.startsWith('fill'))) rmSync(join(full, name));
      await outbox.keep(notification({ id: 'fits', state: 'resolved' })).kept;
      writeFill(join(full, 'again'));
      await outbox.keep(notification({ id: 'n4', summary: 'x'.repeat(4096) })).kept;
      expect(trouble.splice(0), 'once more, for it had gone well meanwhile').to.deep.equal([line]);
      await outbox.release();
    } finally {
      execFileSync('umount', [full]);
    }
  });
});

function writeFill(file: string): void {
  for (let at = 0; ; at += 1) {
    try {
      writeFileSync(`${file}-${at}`, Buffer.alloc(4096));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      return;
    }
  }
}
