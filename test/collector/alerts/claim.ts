// A process that claims what is left in an outbox, prints the ids as JSON, and lets go of it again when its input ends: `tsx claim.ts DIR`.
import { Outbox } from '../../../collector/alerts/outbox.js';

const outbox = Outbox.open(process.argv[2] ?? '', (line) => console.error(line));
console.log('ready');
await new Promise((resolve) => process.stdin.once('data', resolve));
console.log(JSON.stringify(outbox.claim().map((letter) => letter.notification.id)));
process.stdin.on('end', () => void outbox.release());
