/** Commands to a run that measures: parent orders and limits, through its control socket into the OMS, its journal and the report. */
import { expect } from 'chai';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderAnswer, OrderRow } from '../../../experiments/control/command_desk.js';
import { readControlFile } from '../../../experiments/control/control_file.js';
import { openPage } from '../../../native/index.js';
import { Commands, requireExperiments, summaryOf, type Ended } from './command.js';

const EXPERIMENT = `
name: commanded
pipeline:
  feed: { seed: 7, rate: 20kpps, symbols: 4 }
  oms:
    every: 0
    parent_room: 2
    parents: [{ name: planned, symbol: HS00001, side: buy, quantity: 5k, algo: twap, end: 600s, slices: 60 }]
  risk: { max_quantity: 5000 }
  journal: { size: 64MiB, keep: true }
probes: { stalls: false }
repeat: { warmup: 100ms, measure: 600s, runs: 1 }
`;

describe('experiments/system: commands to a run', function () {
  this.timeout(300_000); // each command is a process of its own;
  let commands: Commands | undefined;
  let state = '';

  before(function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
    state = path.join(commands.folder, 'state');
  });
  after(() => commands?.close());

  function hopscope(...args: readonly string[]): Promise<Ended> {
    return commands!.start(args, { environment: { HOPSCOPE_STATE_DIR: state } }).ended;
  }

  async function orders(): Promise<ReadonlyMap<string, OrderRow>> {
    const json = path.join(commands!.folder, 'orders.json');
    const { code, output } = await hopscope('order', 'list', '--json', json);
    expect(code, output).to.equal(0);
    const { parents } = JSON.parse(readFileSync(json, 'utf8')) as OrderAnswer;
    for (const { name, state: is } of parents) expect(output).to.match(new RegExp(`^${name} .* ${is} `, 'm'));
    return new Map(parents.map((parent) => [parent.name, parent]));
  }

  async function until(name: string, seen: (row: OrderRow) => boolean): Promise<OrderRow> {
    for (let i = 0; i < 40; i++) {
      const row = (await orders()).get(name);
      if (row !== undefined && seen(row)) return row;
      await sleep(100);
    }
    throw new Error(`waited in vain for ${name}: ${JSON.stringify([...(await orders()).values()])}`);
  }

  async function taken(says: RegExp, ...args: readonly string[]): Promise<void> {
    const { code, output } = await hopscope(...args);
    expect(code, output).to.equal(0);
    expect(output).to.match(says);
  }

  async function refused(says: RegExp, ...args: readonly string[]): Promise<void> {
    const { code, output } = await hopscope(...args);
    expect(code, output).to.equal(1);
    expect(output.trim().split('\n'), 'one line').to.have.lengthOf(1);
    expect(output).to.match(says);
  }

  it('enter, list, replace and cancel parent orders, set limits, and stand in journal, summary and report', async () => {
    const { folder } = commands!;
    await refused(/no engine runs on this machine; start one/, 'order', 'list');
    const [file, json] = [path.join(folder, 'commanded.yaml'), path.join(folder, 'commanded.json')];
    writeFileSync(file, EXPERIMENT);
    const run = commands!.start(['run', file, '--json', json], { environment: { HOPSCOPE_STATE_DIR: state } });
    for (let i = 0; i < 600 && !run.output().includes(' measure '); i++) {
      if (run.child.exitCode !== null) throw new Error(`the run ended too early: ${run.output()}`);
      await sleep(50);
    }
    const results = path.join(folder, 'results');
    const directory = path.join(results, readdirSync(results).find((name) => name.startsWith('commanded-')) ?? '');
    const { run_id: runId } = JSON.parse(readFileSync(path.join(directory, 'run-1', 'plan.json'), 'utf8')) as { run_id: string };

    const controlFile = path.join(state, `control-${runId}.json`);
    expect(statSync(controlFile).mode & 0o777).to.equal(0o600);
    const { port } = readControlFile(runId, controlFile);
    const stranger = await fetch(`http://127.0.0.1:${port}/order/cancel`, { method: 'POST', body: '{"name":"planned"}', headers: { authorization: 'Bearer wrong', 'content-type': 'application/json' } });
    expect(stranger.status).to.equal(401);

    expect((await orders()).get('planned')).to.include({ symbol: 'HS00001', side: 'buy', algo: 'twap', state: 'working', quantity: 5_000, limit_price: 0 });
    await taken(/order late was taken at \d\d:\d\d:\d\d\.\d{6} of market time, and works until/, 'order', 'new', 'late', 'symbol=HS00002', 'side=sell', 'quantity=4k', 'algo=twap', 'end=200s', 'slices=400');
    const late = await until('late', ({ filled }) => filled > 0);
    expect(late).to.include({ symbol: 'HS00002', side: 'sell', state: 'working', quantity: 4_000 });
    expect(late.end_ns - late.start_ns).to.equal(200e9);

    await refused(/a parent order is called late already; give it another name/, 'order', 'new', 'late', 'symbol=HS00002', 'side=sell', 'quantity=4k', 'algo=twap', 'end=20s');
    await refused(/the feed lists no symbol HS00099; /, 'order', 'new', 'x', 'symbol=HS00099', 'side=buy', 'quantity=1k', 'algo=twap', 'end=1s');
    await refused(/slices: a slice is shorter than 1us; write fewer slices/, 'order', 'new', 'x', 'symbol=1', 'side=buy', 'quantity=1k', 'algo=twap', 'end=5us');
    await refused(/there is no parent order called none; hopscope order list/, 'order', 'cancel', 'none');
    await refused(/no engine runs nowhere; there is /, 'order', 'list', '--run', 'nowhere');
    expect(await hopscope('order', 'new', 'x', 'quantity')).to.include({ code: 2 });

    await refused(/\d+ shares of late are filled or working; write a quantity of that or more/, 'order', 'replace', 'late', 'quantity=1');
    await taken(/order late was replaced at .*; .* of 3.?000 shares filled, .* working, until /, 'order', 'replace', 'late', 'quantity=3k', 'end=2s', '--run', runId);
    expect((await until('late', ({ state: is }) => is === 'filled')).filled).to.equal(3_000);
    await refused(/the parent order late is over already/, 'order', 'cancel', 'late');

    await taken(/other limits hold since/, 'limits', 'set', 'max_quantity=70', 'symbol.max_position=1M');
    await taken(/max_quantity +70\n[^]*symbol\.max_position +1000000\n/, 'limits', 'show');
    await refused(/max_quantty: unknown key; did you mean max_quantity\?/, 'limits', 'set', 'max_quantty=70');
    await refused(/self_cross: .*set it in the experiment/, 'limits', 'set', 'self_cross=true');

    await taken(/order planned is cancell(ing|ed) since/, 'order', 'cancel', 'planned');
    await until('planned', ({ state: is }) => is === 'cancelled');
    await taken(/order post was taken/, 'order', 'new', 'post', 'symbol=3', 'side=buy', 'quantity=1M', 'algo=twap', 'end=500s', 'style=post');
    await refused(/there is room for 3 parent orders, and so many there are; raise pipeline\.oms\.parent_room/, 'order', 'new', 'more', 'symbol=3', 'side=buy', 'quantity=1k', 'algo=twap', 'end=1s');

    const page = openPage(`/dev/shm/hopscope-${runId}`);
    page.kill('command');
    page.close();
    await refused(/the kill switch is pulled, and no order may leave; hopscope kill --arm/, 'order', 'replace', 'post', 'quantity=2M');
    await taken(/order post is cancell(ing|ed) since/, 'order', 'cancel', 'post');

    run.child.kill('SIGINT');
    const { code, output } = await run.ended;
    expect(code, output).to.equal(130);
    expect(existsSync(controlFile), 'the address goes with the run').to.equal(false);

    const [summary] = summaryOf(json).variants[0]!.runs;
    const carriedOut = summary?.commands?.filter(({ refused: why }) => why === '').map(({ what }) => what);
    expect(carriedOut).to.deep.equal([
      'order new late symbol=HS00002 side=sell quantity=4k algo=twap end=200s slices=400', 'order replace late quantity=3k end=2s', 'limits set max_quantity=70 symbol.max_position=1M',
      'order cancel planned', 'order new post symbol=3 side=buy quantity=1M algo=twap end=500s style=post', 'order cancel post',
    ]);
    expect(summary?.commands?.map(({ market_ns: at }) => at)).to.deep.equal(summary?.commands?.map(({ market_ns: at }) => at).sort((a, b) => a - b));
    expect(summary?.digest.orders).to.equal(null);
    expect(summary?.digest.orders_null_because).to.match(/^6 commands were given while it ran/);
    expect(summary?.parents?.map(({ name, at_run_time: late, state: is }) => [name, late, is])).to.deep.equal([['planned', false, 'cancelled'], ['late', true, 'filled'], ['post', true, 'cancelled']]);
    expect(readFileSync(path.join(directory, 'report.html'), 'utf8')).to.include('<code>order replace late quantity=3k end=2s</code>');
    expect(output).to.match(/commanded at \d\d:\d\d:\d\d\.\d{6}: order cancel planned/);

    const journal = path.join(directory, 'run-1', 'journal', 'journal-oms.hsj');
    const dumped = (await hopscope('journal', 'dump', '--json', journal)).output.trim().split('\n').map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const of = (type: string): readonly Readonly<Record<string, unknown>>[] => dumped.filter((record) => record.type === type);
    expect(of('ParentAsked').map(({ parent, quantity, who }) => ({ parent, quantity, who }))).to.deep.equal([{ parent: 1, quantity: 4_000, who: 'operator' }, { parent: 2, quantity: 1_000_000, who: 'operator' }]);
    expect(of('ParentNamed').map(({ name }) => name)).to.deep.equal(['late', 'post']);
    expect(of('ParentReplaced').map(({ parent, quantity, who }) => ({ parent, quantity, who }))).to.deep.equal([{ parent: 1, quantity: 3_000, who: 'operator' }]);
    expect(of('ParentCancelAsked').map(({ parent }) => parent)).to.deep.equal([0, 2]);
    expect(of('LimitsSet').map(({ max_quantity: most }) => most)).to.deep.equal([5_000, 70]);
    const children = of('OrderSent').slice(dumped.filter(({ type }, i) => type === 'OrderSent' && i < dumped.indexOf(of('LimitsSet')[1]!)).length);
    expect(Math.max(0, ...children.map(({ quantity }) => Number(quantity)))).to.be.at.most(70);
    const verified = await hopscope('journal', 'verify', '--replay', journal);
    expect(verified.code, verified.output).to.equal(0);
  });
});
