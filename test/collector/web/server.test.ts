/** What the web server answers, and what it refuses. */
import { expect } from 'chai';
import { connect, type Socket } from 'node:net';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

import { buildPage } from './built_page.js';
import { EngineReadings } from './engine_readings.js';
import { FakeCollector, TOKEN } from './fake_collector.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** As fetch(), but with any Host, any Origin, and paths that nobody tidies. */
function ask(url: string, path: string, { method = 'GET', headers = {}, body }: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {}): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString() }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('close', () => resolve());
    socket.on('error', () => undefined); // a reset is a close too
    socket.resume();
  });
}

describe('web server of the collector', function () {
  this.timeout(30_000);
  let collector: FakeCollector;

  const health = (): Promise<Answer> => ask(collector.url, '/health');

  before(buildPage);
  beforeEach(async () => {
    collector = await FakeCollector.start();
  });
  afterEach(() => collector.close());

  describe('answers', () => {
    it('the page, its parts and the metrics, each with its type', async () => {
      const types: Readonly<Record<string, string>> = {
        '/': 'text/html; charset=utf-8',
        '/assets/main.js': 'text/javascript; charset=utf-8',
        '/assets/uplot.js': 'text/javascript; charset=utf-8',
        '/assets/page.css': 'text/css; charset=utf-8',
        '/metrics': 'text/plain; version=0.0.4; charset=utf-8',
      };
      for (const [path, type] of Object.entries(types)) {
        const { status, headers } = await ask(collector.url, path);
        expect({ path, status, type: headers['content-type'] }).to.deep.equal({ path, status: 200, type });
      }
    });

    it('every part that the page asks for', async () => {
      const { text } = await ask(collector.url, '/');
      const parts = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
      expect(parts).to.have.length(5);
      for (const path of parts) expect((await ask(collector.url, path)).status, path).to.equal(200);
    });

    it('with headers that keep strangers out of the page', async () => {
      const { headers } = await ask(collector.url, '/');
      expect(headers['content-security-policy']).to.include("default-src 'self'").and.include("frame-ancestors 'none'");
      expect(headers).to.include({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' });
    });

    it('health: well without engines, and while one is heard; ill when it falls silent or the store lags', async () => {
      expect(await health()).to.deep.include({ status: 200, text: '{"status":"ok","because":[],"engines":0}' });
      const engine = new EngineReadings({ pid: process.pid }, 7, Date.now());
      const heard = engine.next();
      collector.board.take(heard);
      expect(await health()).to.deep.include({ status: 200, text: '{"status":"ok","because":[],"engines":1}' });
      collector.board.take({ ...heard, atMs: Date.now(), store: { pendingBytes: 1e9, lagMs: 20_000 } });
      expect((await health()).text).to.include('have waited for the store for 20.0 s');
      collector.board.take({ ...heard, atMs: Date.now() - 6_000 });
      const silent = await health();
      expect(silent.status).to.equal(503);
      expect(silent.text).to.include(`no reading of engine ${process.pid}`);
      collector.board.take({ ...heard, last: true });
      expect((await health()).status).to.equal(200);
    });

    it('health: an engine that died without a word is no fault of the collector', async () => {
      const pidOfNobody = 2 ** 22 + 1; // beyond the kernel's PID_MAX_LIMIT
      collector.board.take({ ...new EngineReadings({ pid: pidOfNobody }).next(), atMs: Date.now() - 60_000 });
      expect(await health()).to.deep.include({ status: 200, text: '{"status":"ok","because":[],"engines":0}' });
    });

    it('one message a second to whoever listens', async () => {
      await collector.close();
      await collector.listen({ liveEveryMs: 20 });
      const abort = new AbortController();
      const response = await fetch(`${collector.url}/live`, { signal: abort.signal });
      expect(response.headers.get('content-type')).to.equal('text/event-stream');
      expect(response.headers.get('content-security-policy')).to.include("default-src 'self'");
      let text = '';
      const decoder = new TextDecoder();
      for await (const part of response.body ?? []) {
        text += decoder.decode(part as Uint8Array, { stream: true });
        if (text.split('data: ').length > 3) break;
      }
      const [, first = ''] = /^data: (.*)$/m.exec(text) ?? [];
      expect(JSON.parse(first)).to.have.keys('atMs', 'engines', 'curveLevels', 'alerts');
      abort.abort();
    });
  });

  describe('what changes state', () => {
    it('needs the token', async () => {
      for (const headers of [{}, bearer('wrong'), bearer(`${TOKEN}x`), { authorization: TOKEN }, { authorization: `Basic ${TOKEN}` }]) {
        for (const path of ['/api/kill', '/api/abort']) expect((await ask(collector.url, path, { method: 'POST', headers })).status, JSON.stringify(headers)).to.equal(401);
      }
      expect(collector.done).to.deep.equal([]);
    });

    it('is done once the token is right, for the run that is named', async () => {
      const headers = { ...bearer(TOKEN), 'content-type': 'application/json' };
      expect(await ask(collector.url, '/api/kill', { method: 'POST', headers, body: '{"run_id":"run-1"}' })).to.deep.include({ status: 200, text: '{"done":"kill done"}' });
      expect((await ask(collector.url, '/api/abort', { method: 'POST', headers: bearer(TOKEN) })).status).to.equal(200);
      expect(collector.done).to.deep.equal(['kill run-1', 'abort ']);
      expect(collector.logged[0]).to.match(/^web: kill asked for by 127\.0\.0\.1: kill done$/);
    });

    it('is not done by a GET', async () => {
      expect((await ask(collector.url, '/api/kill', { headers: bearer(TOKEN) })).status).to.equal(404);
      expect(collector.done).to.deep.equal([]);
    });

    it('says why it could not be done', async () => {
      await collector.close();
      await collector.listen({ onKill: () => { throw new Error('no engine runs'); } });
      expect(await ask(collector.url, '/api/kill', { method: 'POST', headers: bearer(TOKEN) })).to.deep.include({ status: 409, text: '{"error":"no engine runs"}' });
    });

    it('refuses bodies that it does not understand', async () => {
      const headers = { ...bearer(TOKEN), 'content-type': 'application/json' };
      for (const body of ['{"run_id":7}', '{"run":"x"}', '[]', '{']) {
        expect((await ask(collector.url, '/api/kill', { method: 'POST', headers, body })).status, body).to.equal(400);
      }
      expect((await ask(collector.url, '/api/kill', { method: 'POST', headers: { ...bearer(TOKEN), 'content-type': 'text/plain' }, body: 'x' })).status).to.equal(415);
      expect(collector.done).to.deep.equal([]);
    });
  });

  describe('refuses', () => {
    it('paths that leave the assets', async () => {
      const paths = ['/assets/../server.js', '/assets/..%2f..%2fserver.js', '/assets/%2e%2e/%2e%2e/package.json', '/assets/....//main.js', '/../../../../etc/passwd', '/assets/%00main.js', '/assets//etc/passwd', '/assets/__proto__', '/assets/constructor', '/assets/'];
      for (const path of paths) {
        const { status, text } = await ask(collector.url, path);
        expect(status, path).to.be.within(400, 404);
        expect(text, path).not.to.match(/root:|"dependencies"|import /);
      }
    });

    it('a foreign Origin, even with the token', async () => {
      for (const origin of ['http://evil.example', 'null', 'https://127.0.0.1', 'http://127.0.0.1:1']) {
        const answer = await ask(collector.url, '/api/kill', { method: 'POST', headers: { ...bearer(TOKEN), origin } });
        expect(answer.status, origin).to.equal(403);
        expect((await ask(collector.url, '/live', { headers: { origin } })).status, origin).to.equal(403);
      }
      expect(collector.done).to.deep.equal([]);
      expect((await ask(collector.url, '/api/kill', { method: 'POST', headers: { ...bearer(TOKEN), origin: collector.url } })).status).to.equal(200);
    });

    it('a foreign Host: a name that was made to point here', async () => {
      const { port } = new URL(collector.url);
      for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil.example', '127.0.0.1@evil.example', '0x7f.1']) {
        for (const path of ['/', '/metrics', '/live']) expect((await ask(collector.url, path, { headers: { host } })).status, `${host} ${path}`).to.equal(421);
      }
      for (const host of ['localhost', `localhost:${port}`, '127.0.0.1:8080', `[::1]:${port}`]) expect((await ask(collector.url, '/metrics', { headers: { host } })).status, host).to.equal(200);
    });

    it('no Host where it is bound to more than loopback on purpose', async () => {
      await collector.close();
      await collector.listen({ host: '0.0.0.0' });
      expect((await ask(collector.url.replace('0.0.0.0', '127.0.0.1'), '/metrics', { headers: { host: 'collector:9464' } })).status).to.equal(200);
    });

    it('a huge body', async () => {
      const headers = { ...bearer(TOKEN), 'content-type': 'application/json' };
      const body = JSON.stringify({ run_id: 'x'.repeat(70_000) });
      expect((await ask(collector.url, '/api/kill', { method: 'POST', headers, body })).status).to.equal(413);
      expect(collector.done).to.deep.equal([]);
    });

    it('a port that is taken, with the remedy', async () => {
      const port = Number(new URL(collector.url).port);
      const outcome = await FakeCollector.start({ port }).then(() => 'started', (error: unknown) => String(error));
      expect(outcome).to.match(/^WebError: the page cannot be served on 127\.0\.0\.1:\d+ \(EADDRINUSE\): .*another --port$/);
    });
  });

  describe('bears', () => {
    it('clients that send their header byte by byte: they are ended', async () => {
      const { hostname, port } = new URL(collector.url);
      const sockets = Array.from({ length: 20 }, () => connect(Number(port), hostname));
      const begun = Date.now();
      const writing = setInterval(() => {
        for (const socket of sockets) if (socket.writable) socket.write('X');
      }, 200);
      for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
      await Promise.all(sockets.map(closed));
      clearInterval(writing);
      expect(Date.now() - begun).to.be.within(4_000, 9_000);
      expect((await ask(collector.url, '/health')).status).to.equal(200);
    });

    it('a body that never ends: it is ended', async () => {
      const { hostname, port } = new URL(collector.url);
      const socket = connect(Number(port), hostname);
      socket.write(`POST /api/kill HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`);
      await closed(socket);
      expect(collector.done).to.deep.equal([]);
    });

    it('1,000 connections at once, and still answers', async () => {
      const { hostname, port } = new URL(collector.url);
      const sockets = await Promise.all(Array.from({ length: 1_000 }, () => new Promise<Socket>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => resolve(socket));
        socket.on('error', reject);
      })));
      const begun = Date.now();
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(collector.url, '/metrics')));
      expect(answers.map((answer) => answer.status)).to.deep.equal(Array<number>(20).fill(200));
      expect(Date.now() - begun).to.be.below(3_000);
      for (const socket of sockets) socket.on('error', () => undefined).destroy();
    });

    it('64 pages that look; the next one is told to come later', async () => {
      const aborts = Array.from({ length: 65 }, () => new AbortController());
      const statuses: number[] = [];
      for (const { signal } of aborts) statuses.push((await fetch(`${collector.url}/live`, { signal })).status);
      expect(statuses.filter((status) => status === 200)).to.have.length(64);
      expect(statuses[64]).to.equal(503);
      for (const abort of aborts) abort.abort();
      const again = new AbortController();
      for (let tries = 0; tries < 50; tries += 1) {
        const { status } = await fetch(`${collector.url}/live`, { signal: again.signal });
        if (status === 200) break;
        expect(tries, 'places are free again').to.be.below(49);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      again.abort();
    });

    it('a page that does not read: it is dropped before much waits for it', async () => {
      await collector.close();
      const heavy = { snapshot: () => ({ ...collector.board.snapshot(), padding: 'x'.repeat(400_000) }) };
      await collector.listen({ board: heavy, liveEveryMs: 20 });
      const { hostname, port } = new URL(collector.url);
      const socket = connect(Number(port), hostname);
      socket.write('GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      const begun = Date.now();
      await closed(socket); // what the kernel had taken is read now; then nothing more comes
      expect(Date.now() - begun).to.be.below(2_000);
    });
  });
});
