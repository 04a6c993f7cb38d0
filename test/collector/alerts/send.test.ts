import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Notification } from '../../../collector/alerts/notification.js';
import { send, type Outcome } from '../../../collector/alerts/send.js';
import { FakeTarget, freePort } from './fake_target.js';
import { notification, scratchFolder } from './letters.js';

const NOW_MS = 1_700_000_009_000;

function attempt(target: Notification['target'], different: Partial<Notification> = {}, timeoutMs = 3000): Promise<Outcome> {
  return send(notification({ target, ...different }), { nowMs: NOW_MS, signal: new AbortController().signal, timeoutMs });
}

describe('send, over HTTP', () => {
  let target: FakeTarget;
  beforeEach(async () => (target = await FakeTarget.open()));
  afterEach(() => target.close());

  it('gives a webhook everything about the alert', async () => {
    expect(await attempt({ kind: 'webhook', url: target.url })).to.deep.equal({ kind: 'delivered' });
    expect(target.posts[0]).to.deep.include({ path: '/hook' });
    expect(target.posts[0]?.headers['content-type']).to.equal('application/json');
    expect(target.bodies).to.deep.equal([{
      version: 1, id: 'n-1', rule: 'rtt-breach', state: 'firing', severity: 'page', value: 132_400, unit: 'ns', expr: 'tick_to_ack.p99 > 100us',
      since: '2023-11-14T22:13:20.000Z', at: '2023-11-14T22:13:25.000Z', run_id: 'run-1', experiment: 'e', variant: 'v', labels: { team: 'x' },
      summary: 'too slow', reason: 'held for 5 s',
    }]);
  });

  it('tells Alertmanager when a firing alert began, and to forget it if nobody repeats it', async () => {
    await attempt({ kind: 'alertmanager', url: `http://127.0.0.1:${target.port}/base/` });
    expect(target.posts[0]?.path).to.equal('/base/api/v2/alerts');
    expect(target.bodies).to.deep.equal([[{
      labels: { team: 'x', alertname: 'rtt-breach', severity: 'page', experiment: 'e', variant: 'v' },
      annotations: { summary: 'too slow', value: '132.4 µs', expr: 'tick_to_ack.p99 > 100us', run_id: 'run-1' },
      startsAt: '2023-11-14T22:13:25.000Z', endsAt: '2023-11-14T22:18:29.000Z',
    }]]);
  });

  it('tells Alertmanager when a resolved alert ended, with the same beginning', async () => {
    await attempt({ kind: 'alertmanager', url: `http://127.0.0.1:${target.port}` }, { state: 'resolved', at_ms: 1_700_000_007_000 });
    const [[alert]] = target.bodies as [[Record<string, unknown>]];
    expect(alert).to.include({ startsAt: '2023-11-14T22:13:25.000Z', endsAt: '2023-11-14T22:13:27.000Z' });
  });

  for (const { status, again } of [{ status: 400, again: false }, { status: 404, again: false }, { status: 429, again: true }, { status: 500, again: true }, { status: 503, again: true }]) {
    it(`${again ? 'may try again' : 'gives up'} after an answer of ${status}`, async () => {
      target.answer = status;
      expect(await attempt({ kind: 'webhook', url: target.url })).to.deep.equal({ kind: 'failed', error: `answered ${status}: as told`, again });
    });
  }

  it('follows no redirect', async () => {
    const elsewhere = await FakeTarget.open();
    target.answer = (response) => response.writeHead(307, { location: elsewhere.url }).end();
    const outcome = await attempt({ kind: 'webhook', url: target.url });
    await elsewhere.close();
    expect(outcome).to.include({ kind: 'failed', again: false });
    expect(elsewhere.posts).to.be.empty;
  });

  it('ends an attempt that nobody answers', async () => {
    target.answer = () => undefined;
    expect(await attempt({ kind: 'webhook', url: target.url }, {}, 150)).to.deep.equal({ kind: 'failed', error: 'no answer within 0.15 s', again: true });
  });

  it('says of an attempt that was cut short that there was no answer yet', async () => {
    target.answer = () => undefined;
    const outcome = await send(notification({ target: { kind: 'webhook', url: target.url } }), { nowMs: NOW_MS, signal: AbortSignal.timeout(150) });
    expect(outcome).to.deep.equal({ kind: 'failed', error: 'no answer yet', again: true });
  });

  it('reads no more of an endless answer than it shows', async () => {
    let written = 0;
    target.answer = (response) => {
      response.writeHead(400);
      const more = (): void => {
        while (!response.destroyed && written < 1e9) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536, 'x'))) break;
        }
      };
      response.on('drain', more);
      more();
    };
    const outcome = await attempt({ kind: 'webhook', url: target.url });
    expect(outcome.kind === 'failed' && outcome.error.length).to.be.within(100, 320);
    expect(written).to.be.below(1e8);
  });

  it('sends a password as a header', async () => {
    await attempt({ kind: 'webhook', url: `http://me:s%3Acret@127.0.0.1:${target.port}/hook` });
    expect(target.posts[0]?.headers.authorization).to.equal(`Basic ${Buffer.from('me:s:cret').toString('base64')}`);
  });

  it('says why nobody answers', async () => {
    const outcome = await attempt({ kind: 'webhook', url: `http://127.0.0.1:${await freePort()}/` });
    expect(outcome).to.include({ kind: 'failed', again: true });
    expect(outcome.kind === 'failed' && outcome.error).to.match(/ECONNREFUSED/);
  });
});

describe('send, to a command', () => {
  const scratch = scratchFolder();
  after(() => scratch.remove());
  const script = (text: string): string => {
    const file = join(scratch.dir, `${Math.random()}.sh`);
    writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return file;
  };

  it('gives it the alert on its standard input, and its arguments as they are', async () => {
    const out = join(scratch.dir, 'out');
    const trap = join(scratch.dir, 'trap');
    const outcome = await attempt({ kind: 'command', argv: [script(`cat > ${out}; printf '%s' "$1" > ${out}.args`), `$(touch ${trap}); touch ${trap} "'`] });
    expect(outcome).to.deep.equal({ kind: 'delivered' });
    expect(JSON.parse(readFileSync(out, 'utf8'))).to.include({ rule: 'rtt-breach', state: 'firing', value: 132_400 });
    expect(readFileSync(`${out}.args`, 'utf8')).to.equal(`$(touch ${trap}); touch ${trap} "'`);
    expect(existsSync(trap)).to.be.false;
  });

  it('takes an exit code for a failure, and repeats what it complained of', async () => {
    expect(await attempt({ kind: 'command', argv: [script('echo no pager >&2; exit 3')] })).to.deep.equal({ kind: 'failed', error: 'exit code 3: no pager', again: true });
  });

  it('counts a command that reads nothing as having succeeded', async () => {
    expect(await attempt({ kind: 'command', argv: ['/bin/true'] }, { summary: 'x'.repeat(1_000_000) })).to.deep.equal({ kind: 'delivered' });
  });

  it('ends one that takes too long', async () => {
    const begun = Date.now();
    const outcome = await attempt({ kind: 'command', argv: [script('exec sleep 30')] }, {}, 200);
    expect(outcome).to.deep.equal({ kind: 'failed', error: 'did not end within 0.2 s', again: true });
    expect(Date.now() - begun).to.be.below(5000);
  });

  it('says of one that was cut short that it had not ended', async () => {
    const outcome = await send(notification({ target: { kind: 'command', argv: [script('exec sleep 30')] } }), { nowMs: NOW_MS, signal: AbortSignal.timeout(200) });
    expect(outcome).to.deep.equal({ kind: 'failed', error: 'had not ended yet', again: true });
  });

  it('does not even start one when it is too late: what could not be started must not be killed', async () => {
    const outcome = await send(notification({ target: { kind: 'command', argv: ['/nowhere/at/all'] } }), { nowMs: NOW_MS, signal: AbortSignal.abort() });
    expect(outcome).to.deep.equal({ kind: 'failed', error: 'there was no time for an attempt', again: true });
  });

  it('gives up one that is not there, or may not be run', async () => {
    const plain = join(scratch.dir, 'plain');
    writeFileSync(plain, 'no program', { mode: 0o600 });
    expect(await attempt({ kind: 'command', argv: ['/nowhere/at/all'] })).to.deep.equal({ kind: 'failed', error: 'could not be run: ENOENT', again: false });
    expect(await attempt({ kind: 'command', argv: [plain] })).to.deep.equal({ kind: 'failed', error: 'could not be run: EACCES', again: false });
  });

  it('never throws, whatever stands in the arguments', async () => {
    expect(await attempt({ kind: 'command', argv: ['/bin/true', 'a\0b'] })).to.include({ kind: 'failed', again: false });
  });
});
