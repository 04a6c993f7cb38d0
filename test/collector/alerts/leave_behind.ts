// A process that sends notifications through an outbox, says `kept N` once each is on disk or delivered, and goes on until it is killed:
// `tsx leave_behind.ts DIR URL COUNT [webhook|alertmanager]`.
import { readdirSync } from 'node:fs';
import { Delivery } from '../../../collector/alerts/delivery.js';
import { Outbox } from '../../../collector/alerts/outbox.js';
import { until } from './fake_target.js';
import { notification } from './letters.js';

const [dir = '', url = '', count = '1', kind = 'webhook'] = process.argv.slice(2);
let delivered = 0;
const delivery = new Delivery({ outbox: Outbox.open(dir, (line) => console.error(line)), onEnd: () => (delivered += 1), now: Date.now });
for (let at = 0; at < Number(count); at += 1) {
  const state = at % 2 === 0 ? 'firing' : 'resolved';
  delivery.push(notification({ id: `left-${at}`, state, at_ms: 1_700_000_000_000 + at, target: { kind: kind === 'webhook' ? 'webhook' : 'alertmanager', url } }));
}
const kept = (): number => readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).length;
await until('they are kept', () => kept() + delivered >= Number(count));
console.log(`kept ${count}`);
