import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Letter } from '../../../collector/alerts/outbox.js';
import { MAX_WAITING, Queue } from '../../../collector/alerts/queue.js';
import type { Outcome } from '../../../collector/alerts/send.js';
import { notification } from './letters.js';

const DELIVERED: Outcome = { kind: 'delivered' };
const REFUSED: Outcome = { kind: 'failed', error: 'no', again: false };
const AWAY: Outcome = { kind: 'failed', error: 'away', again: true };

function letter(order: number): Letter {
  return { notification: notification({ id: String(order) }), file: '', name: String(order).padStart(8, '0'), settles: [], kept: Promise.resolve() };
}

interface Rig {
  readonly queue: Queue;
  readonly sent: string[];
  readonly ended: { readonly id: string; readonly attempts: number; readonly error: string | null }[];
  readonly end: AbortController;
}

function rig(outcomeOf: (id: string) => Outcome): Rig {
  const sent: string[] = [];
  const ended: Rig['ended'] = [];
  const end = new AbortController();
  const queue = new Queue({
    target: 'here',
    end: end.signal,
    async send({ notification: { id } }) {
      sent.push(id);
      await turn();
      return outcomeOf(id);
    },
    onEnd({ notification: { id } }, attempts, error) {
      ended.push({ id, attempts, error });
      return Promise.resolve();
    },
  });
  return { queue, sent, ended, end };
}

describe('Queue', () => {
  it('ends every letter once, in order, whatever becomes of each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ delivered: fc.boolean(), pause: fc.boolean(), repeat: fc.boolean() }), { maxLength: 30 }), async (letters) => {
        const { queue, sent, ended } = rig((id) => (letters[Number(id)]?.delivered === true ? DELIVERED : REFUSED));
        for (const [order, { pause, repeat }] of letters.entries()) {
          queue.add(letter(order));
          if (repeat) queue.repeat(() => expect.fail('something is on its way'));
          if (pause) await turn();
        }
        await queue.idle();
        expect(sent).to.deep.equal([...letters.keys()].map(String));
        expect(ended).to.deep.equal(letters.map(({ delivered }, order) => ({ id: String(order), attempts: 1, error: delivered ? null : 'no' })));
        expect(queue.length).to.equal(0);
      }),
      { numRuns: 100 },
    );
  });

  it('puts what is older before what waits, but not before what is on its way', async () => {
    const { queue, sent } = rig(() => DELIVERED);
    for (const order of [5, 7, 3, 4]) queue.add(letter(order));
    await queue.idle();
    expect(sent).to.deep.equal(['5', '3', '4', '7']);
  });

  it('bounds what waits: the first stays, the oldest behind it are given up', async () => {
    const { queue, ended, end } = rig(() => AWAY);
    for (let order = 0; order < MAX_WAITING + 10; order += 1) queue.add(letter(order));
    while (queue.length > MAX_WAITING) {
      queue.hurry();
      await turn();
    }
    expect(ended.map((one) => one.id)).to.deep.equal(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
    expect(new Set(ended.map((one) => one.error))).to.deep.equal(new Set(['more than 1000 notifications waited for this target']));
    end.abort();
    await queue.idle();
    expect(queue.length).to.equal(MAX_WAITING);
    expect(queue.failure).to.equal('away');
  });

  it('keeps the failure that was before an attempt that its end cuts short', async () => {
    let attempts = 0;
    const { queue, end } = rig(() => {
      attempts += 1;
      if (attempts === 1) return AWAY;
      end.abort();
      return { kind: 'failed', error: 'no answer yet', again: true };
    });
    queue.add(letter(1));
    while (queue.failure === null) await turn();
    queue.hurry();
    await queue.idle();
    expect([attempts, queue.failure]).to.deep.equal([2, 'away']);
  });

  it('gives up a letter that cannot be sent at all, and goes on', async () => {
    const { queue, ended } = rig((id) => {
      if (id === '1') throw new RangeError('Invalid time value');
      return DELIVERED;
    });
    for (const order of [1, 2]) queue.add(letter(order));
    await queue.idle();
    expect(ended).to.deep.equal([{ id: '1', attempts: 1, error: 'cannot be sent: Invalid time value' }, { id: '2', attempts: 1, error: null }]);
  });

  it('goes on when nobody can be told of a letter\'s end', async () => {
    const sent: string[] = [];
    const queue = new Queue({
      target: 'here',
      end: new AbortController().signal,
      send({ notification: { id } }) {
        sent.push(id);
        return Promise.resolve(DELIVERED);
      },
      onEnd: () => Promise.reject(new Error('gone')),
    });
    for (const order of [1, 2]) queue.add(letter(order));
    await queue.idle();
    expect(sent).to.deep.equal(['1', '2']);
    expect(queue.length).to.equal(0);
  });

  it('sends nothing more once its end has come', async () => {
    const { queue, sent, end } = rig(() => AWAY);
    queue.add(letter(1));
    await turn();
    end.abort();
    await queue.idle();
    queue.add(letter(2));
    queue.repeat(() => expect.fail('the end has come'));
    await queue.idle();
    expect(sent).to.deep.equal(['1']);
    expect(queue.length).to.equal(2);
  });
});
