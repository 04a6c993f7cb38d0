/** What may be commanded of a run: checked by the experiment's own schemas, and turned into what its plan has. */
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assignments } from '../../../experiments/commands/assignments.js';
import { ControlError } from '../../../experiments/control/control_error.js';
import { setLimits } from '../../../experiments/control/limit_commands.js';
import { cancelOrder, newOrder, replaceOrder } from '../../../experiments/control/order_commands.js';
import { orderTable } from '../../../experiments/control/order_table.js';
import { parentPlan } from '../../../experiments/launch/parent_plan.js';
import { riskPlan } from '../../../experiments/launch/risk_plan.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { SpecError } from '../../../experiments/spec/errors.js';
import { readExperiment } from '../../../experiments/spec/load.js';

const TWAP = { name: 'x', symbol: 'HS00001', side: 'buy', quantity: '10k', algo: 'twap', end: '5s' };

function settings(text = '') {
  return readExperiment(SpecDocument.parse('x.yaml', `name: a\n${text}`)).variants[0]!.settings.pipeline;
}

function refused(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ControlError) return error.message;
    throw error;
  }
  return 'taken';
}

describe('experiments/control: commands', () => {
  it('make of a new order what the plan of an experiment has', () => {
    const [parent] = settings('pipeline: { oms: { parents: [{ name: x, symbol: HS00001, side: buy, quantity: 10k, algo: twap, end: 5s, limit: 100.25 }] } }').oms.parents;
    expect(newOrder({ parent: { ...TWAP, limit: 100.25 } })).to.deep.equal({
      command: 'new', what: 'order new x symbol=HS00001 side=buy quantity=10k algo=twap end=5s limit=100.25', parent: parentPlan(parent!),
    });
  });

  it('refuse in one line, with the key and the remedy', () => {
    const fault = (changes: object): string => refused(() => newOrder({ parent: { ...TWAP, ...changes } }));
    expect(fault({ quantity: -5 })).to.match(/^quantity: -5 is not a count; write /);
    expect(fault({ quantity: '2G' })).to.match(/^quantity: /);
    expect(fault({ algo: 'vwop' })).to.equal('algo: "vwop" is none of twap, vwap, pov, is');
    expect(fault({ slice: 3 })).to.equal('slice: unknown key; did you mean slices?');
    expect(fault({ end: '5us' })).to.equal('slices: a slice is shorter than 1us; write fewer slices, or a later end');
    expect(fault({ algo: 'pov' })).to.include('add rate: 10%');
    expect(fault({ side: 'long', name: 'X' })).to.match(/ \(and 1 more\)$/);
    expect(fault({ algo: 'vwap', curve: 'history' })).to.include('the warm-up, which is over; name a file');
    expect(fault({ algo: 'vwap', curve: '/none.txt' })).to.match(/^curve: \/none\.txt cannot be read/);
    expect(refused(() => newOrder({}))).to.match(/^parent: /);
    expect(refused(() => newOrder([TWAP]))).to.not.include('\n');
  });

  it('take a volume curve from its file', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hopscope-curve-'));
    const curve = path.join(folder, 'volumes.txt');
    writeFileSync(curve, '3\n1\n');
    expect(newOrder({ parent: { ...TWAP, algo: 'vwap', curve } }).parent).to.deep.include({ algo: 'vwap', curve: [3, 1] });
    rmSync(folder, { recursive: true });
  });

  it('change of an order what is named, and nothing else', () => {
    expect(replaceOrder({ name: 'x', quantity: '12k', end: '3s' })).to.deep.equal({ command: 'replace', what: 'order replace x quantity=12k end=3s', name: 'x', quantity: 12_000, end_ns: 3e9 });
    expect(replaceOrder({ name: 'x', limit: 100.5 })).to.include({ limit_price: 1_005_000 });
    expect(replaceOrder({ name: 'x', limit: 'none' })).to.include({ limit_price: 0 });
    expect(refused(() => replaceOrder({ name: 'x' }))).to.include('nothing is to be changed; write quantity');
    expect(refused(() => replaceOrder({ name: 'x', quantity: 0 }))).to.match(/^quantity: /);
    expect(refused(() => replaceOrder({ name: 'x', side: 'sell' }))).to.match(/^side: unknown key/);
    expect(cancelOrder({ name: 'x' })).to.deep.equal({ command: 'cancel', what: 'order cancel x', name: 'x' });
    expect(refused(() => cancelOrder({ name: 'NO NAME' }))).to.match(/^name: use up to 32 lower-case letters/);
  });

  it('set some limits, and leave the others', () => {
    const { risk } = settings('pipeline: { risk: { max_position: 5k, symbol: { max_quantity: 7, max_position: 9 } } }');
    const change = setLimits({ risk: { max_quantity: 500, symbol: { max_position: '2k' }, breakers: { limit_state: '1s' }, restricted: ['HS00007'] } }, risk);
    expect(change.risk).to.deep.include({ max_quantity: 500, max_position: 5_000, max_notional: 1_000_000, restricted: ['HS00007'] });
    expect(change.risk.symbol).to.include({ max_quantity: 7, max_position: 2_000 });
    expect(change.risk.breakers).to.include({ limit_state: 1e9, band_pause: 300e9 });
    expect(change.command).to.deep.equal({
      command: 'limits', what: 'limits set max_quantity=500 symbol.max_position=2k breakers.limit_state=1s restricted=["HS00007"]', risk: riskPlan(change.risk),
    });
    expect(risk.max_quantity, 'what holds is not touched').to.equal(10_000);
  });

  it('refuse limits that cannot be, or cannot change', () => {
    const { risk } = settings();
    const fault = (changes: object): string => refused(() => setLimits({ risk: changes }, risk));
    expect(fault({ max_quantty: 5 })).to.equal('max_quantty: unknown key; did you mean max_quantity?');
    expect(fault({ symbol: { max_positon: 5 } })).to.equal('symbol.max_positon: unknown key; did you mean max_position?');
    expect(fault({ max_quantity: 0 })).to.match(/^max_quantity: 0 is not possible; write a whole number/);
    expect(fault({ self_cross: true })).to.include('it stays as it was at the start; set it in the experiment');
    expect(fault({ name: 'x' })).to.include('remove it');
    expect(fault({})).to.include('nothing is to be changed; write for example max_quantity=500');
    expect(fault({ symbol: {} })).to.include('nothing is to be changed');
  });

  it('are written on a command line as in an experiment', () => {
    expect(assignments(['quantity=10k', 'symbol.max_position=5', 'restricted=[A, B]', 'limit=100.5'])).to.deep.equal({ quantity: '10k', symbol: { max_position: 5 }, restricted: ['A', 'B'], limit: 100.5 });
    expect(() => assignments(['quantity'])).to.throw(SpecError, 'quantity: write key=value, for example quantity=10k');
  });

  it('show orders as a table', () => {
    const row = { name: 'x', symbol: '', locate: 3, side: 'buy', algo: 'twap', state: 'working', quantity: 1_000, filled: 0, working: 5, limit_price: 1_002_500, start_ns: 0, end_ns: 34_200_000_250_000 };
    const [head, first] = orderTable([row]).replace(/\u202f/g, ' ').split('\n');
    expect(head).to.match(/^name {2}symbol {2}side {2}algo {2}state {4}quantity {2}filled {2}working {5}limit {14}end$/);
    expect(first).to.match(/^x {5}#3 {6}buy {3}twap {2}working .* 100\.2500 {2}09:30:00\.000250$/);
  });
});
