/** The control socket alone: who may speak, what, and how much. And the engine's end of it, with a page made of memory. */
import { expect } from 'chai';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NativeError, type EngineAnswer, type EngineState, type PageView } from '../../../native/index.js';
import { CommandDesk } from '../../../experiments/control/command_desk.js';
import { command, commandedRun } from '../../../experiments/control/control_client.js';
import { ControlError } from '../../../experiments/control/control_error.js';
import { controlFile, readControlFile, writeControlFile } from '../../../experiments/control/control_file.js';
import { ControlServer, MOST_BODY_BYTES } from '../../../experiments/control/control_server.js';
import { EngineMailbox } from '../../../experiments/control/engine_mailbox.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';

const RISK = readExperiment(SpecDocument.parse('x.yaml', 'name: a')).variants[0]!.settings.pipeline.risk;

/** Answers each command by itself. */
class Page {
  readonly asked: Record<string, unknown>[] = [];
  state: EngineState = 'measure';

  constructor(private readonly answerTo: (command: Record<string, unknown>) => EngineAnswer | null) {}

  read(): PageView {
    return { state: this.state } as PageView;
  }

  ask(text: string): number {
    if (text.length > MOST_BODY_BYTES) throw new NativeError('page', 'page: a command of so many bytes: at most 65536 have room');
    this.asked.push(JSON.parse(text) as Record<string, unknown>);
    return this.asked.length;
  }

  answer(number: number): EngineAnswer | null {
    return this.answerTo(this.asked[number - 1] ?? {});
  }
}

const done = (answer: object): EngineAnswer => ({ done: true, text: JSON.stringify({ market_ns: 7, ...answer }) });

describe('experiments/control: the socket', () => {
  let server: ControlServer;
  let page: Page;

  beforeEach(async () => {
    page = new Page(({ command: what, name }) => (name === 'gone' ? { done: false, text: 'there is no parent order called gone; hopscope order list shows them' } : done(what === 'list' ? { parents: [], all: 0 } : {})));
    server = await ControlServer.open('run-1', new CommandDesk(page, RISK));
  });
  afterEach(() => server.close());

  interface Sent {
    readonly path?: string;
    readonly method?: string;
    readonly token?: string | null;
    readonly type?: string;
    readonly body?: string;
  }

  /** By node:http, which sends what it is told. */
  function send({ path: to = '/order/list', method = 'POST', token = server.address.token, type = 'application/json', body = '{}' }: Sent): Promise<{ readonly status: number; readonly error: string }> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': type, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
      const sent = request({ host: server.address.host, port: server.address.port, path: to, method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, error: (JSON.parse(text) as { error?: string }).error ?? '' }));
      });
      sent.on('error', reject);
      sent.end(method === 'GET' ? undefined : body);
    });
  }

  it('listens on loopback, on a port of the kernel\'s', () => {
    expect(server.address).to.include({ host: '127.0.0.1', run_id: 'run-1' });
    expect(server.address.port).to.be.above(1_023);
    expect(server.address.token).to.have.lengthOf.above(40);
  });

  it('hears nobody without the run\'s token', async () => {
    for (const token of [null, '', 'wrong', `${server.address.token}x`]) {
      const { status, error } = await send({ token, path: '/order/cancel', body: '{"name":"x"}' });
      expect(status, String(token)).to.equal(401);
      expect(error).to.include('send the token of this run');
    }
    expect((await send({ token: 'wrong', path: '/nowhere' })).status, 'nor does it say what there is').to.equal(401);
    expect(page.asked).to.deep.equal([]);
  });

  it('refuses everything else in one line', async () => {
    expect(await send({ path: '/kill' })).to.deep.include({ status: 404 }).and.to.have.property('error').that.includes('/order/new, /order/cancel');
    expect(await send({ method: 'GET' })).to.include({ status: 405, error: 'a command is sent by POST' });
    expect(await send({ type: 'text/plain' })).to.include({ status: 415 });
    expect(await send({ body: '{' })).to.include({ status: 400, error: 'the body is no JSON' });
    expect(await send({ path: '/order/new', body: '{"parent":{"name":"x"}}' })).to.include({ status: 409 }).and.to.have.property('error').that.does.not.include('\n');
    expect(page.asked).to.deep.equal([]);
  });

  it('reads no body that is too large, announced or not', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(MOST_BODY_BYTES) });
    expect(await send({ path: '/order/cancel', body: large })).to.include({ status: 413, error: 'a command has at most 65536 bytes' });
    const chunked = await new Promise<number>((resolve, reject) => {
      const { host, port, token } = server.address;
      const sent = request({ host, port, path: '/order/cancel', method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'transfer-encoding': 'chunked' } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' || error.code === 'ECONNRESET' ? resolve(413) : reject(error)));
      for (let i = 0; i < 5; i++) sent.write(large.slice(0, 20_000));
      sent.end();
    });
    expect(chunked).to.equal(413);
    expect(page.asked).to.deep.equal([]);
    expect((await send({})).status, 'and goes on').to.equal(200);
  });

  it('hands a command to the engine, and its answer or its refusal back', async () => {
    const run = { runId: 'run-1', address: server.address };
    expect(await command(run, '/order/cancel', { name: 'x' })).to.deep.equal({ market_ns: 7, parents: [] });
    expect(page.asked).to.deep.equal([{ command: 'cancel', what: 'order cancel x', name: 'x' }]);
    const refused = await command(run, '/order/cancel', { name: 'gone' }).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(ControlError).with.property('message', 'run-1: there is no parent order called gone; hopscope order list shows them');
    server.close();
    expect(await command(run, '/order/list', {}).catch((error: unknown) => error)).to.be.instanceOf(ControlError).with.property('message').that.includes('has it just ended?');
  });

  it('shows the limits as they were set last', async () => {
    const run = { runId: 'run-1', address: server.address };
    await Promise.all([command(run, '/limits/set', { risk: { max_quantity: 500 } }), command(run, '/limits/set', { risk: { max_position: '2k' } })]);
    const { limits } = (await command(run, '/limits/show', {})) as { limits: Record<string, unknown> };
    expect(limits).to.include({ max_quantity: 500, max_position: 2_000, collar_bps: 1_000, 'breakers.min_answers': 20 });
    expect(page.asked.map(({ risk }) => (risk as { max_quantity: number; max_position: number })).map(({ max_quantity: q, max_position: p }) => [q, p])).to.deep.equal([[500, 0], [500, 2_000]]);
  });

  it('lists parent orders in as many answers as it takes', async () => {
    const row = (name: string) => ({ name, symbol: 'HS', locate: 1, side: 'buy', algo: 'twap', state: 'working', quantity: 1, filled: 0, working: 0, limit_price: 0, start_ns: 0, end_ns: 0 });
    page = new Page(({ from }) => done({ parents: [row(`p${String(from)}`)], all: 3 }));
    const { parents } = (await new CommandDesk(page, RISK).take('/order/list', {})) as { parents: readonly { name: string }[] };
    expect(parents.map(({ name }) => name)).to.deep.equal(['p0', 'p1', 'p2']);
  });
});

describe('experiments/control: the engine\'s mailbox', () => {
  const send = (page: Page, patienceMs?: number): Promise<unknown> => new EngineMailbox(page, patienceMs).send({ command: 'list' }).catch((error: unknown) => error);

  it('says in which state nothing can be commanded, and what to do', async () => {
    const page = new Page(() => done({}));
    for (const [state, remedy] of [['ready', 'ask again when it measures'], ['warmup', 'ask again when it measures'], ['drain', 'start another one'], ['failed', 'its own last line says why']] as const) {
      page.state = state;
      expect(await send(page)).to.be.instanceOf(ControlError).with.property('message').that.includes(remedy);
    }
    expect(page.asked).to.deep.equal([]);
  });

  it('waits for an engine that does not answer no longer than it says', async () => {
    expect(await send(new Page(() => null), 20)).to.be.instanceOf(ControlError).with.property('message').that.includes('the engine does not answer');
  });

  it('has room for so much', async () => {
    const long = new EngineMailbox(new Page(() => done({}))).send({ command: 'new', what: 'x'.repeat(MOST_BODY_BYTES) });
    expect(await long.catch((error: unknown) => error)).to.be.instanceOf(ControlError).with.property('message').that.includes('at most 65536 have room; write less');
  });
});

describe('experiments/control: where it is found', () => {
  it('stands in a file of its owner\'s alone', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hopscope-control-'));
    const file = controlFile('run-1', folder);
    const address = { run_id: 'run-1', host: '127.0.0.1', port: 5, token: 't' };
    writeControlFile(address, file);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(readControlFile('run-1', file)).to.deep.equal(address);
    rmSync(folder, { recursive: true });
    expect(() => readControlFile('run-1', file)).to.throw(ControlError, 'run-1 takes no commands');
  });

  it('is of the run that was named, or of the only one', () => {
    expect(() => commandedRun(undefined, [])).to.throw(ControlError, 'no engine runs on this machine; start one with hopscope run');
    expect(() => commandedRun('c', ['a', 'b'])).to.throw(ControlError, 'no engine runs c; there is a, b');
    expect(() => commandedRun(undefined, ['a', 'b'])).to.throw(ControlError, 'name one with --run: a, b');
    expect(() => commandedRun(undefined, ['no-such-run'])).to.throw(ControlError, 'no-such-run takes no commands');
  });
});
