/** A market in an ITCH 5.0 BinaryFILE, for runs that replay a file. */

const OPEN_NS = 34_200_000_000_000;
const MEAN_PRICE = 1_000_000;
const SYMBOLS = 3;

/** A message of the file: length, type, locate, tracking number, time, fields. */
function message(type: string, locate: number, step: number, ...fields: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(13);
  const body = Buffer.concat(fields);
  head.writeUInt16BE(11 + body.length);
  head.write(type, 2);
  head.writeUInt16BE(locate, 3);
  head.writeUIntBE(OPEN_NS + step * 1_000, 7, 6);
  return Buffer.concat([head, body]);
}

function reference(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Orders that come on both sides of a price, are executed and deleted; a halt and its end among them. */
export function itchMarket(): Buffer {
  const stock = (locate: number): Buffer => Buffer.from(`S${locate}`.padEnd(8));
  const messages: Buffer[] = [];
  for (let locate = 1; locate <= SYMBOLS; locate++) messages.push(message('R', locate, 0, stock(locate), Buffer.alloc(20, ' ')));
  for (let step = 1; step <= 3_000; step++) {
    const locate = 1 + (step % SYMBOLS);
    const buys = step % 2 === 0;
    const distance = 1 + ((step * 7) % 13);
    const price = MEAN_PRICE + (buys ? -distance : distance) * 100;
    messages.push(message('A', locate, step, reference(step), Buffer.from(buys ? 'B' : 'S'), word(100 + (step % 5) * 100), stock(locate), word(price)));
    const old = step - 60;
    if (old > 0 && step % 3 === 0) messages.push(message('E', 1 + (old % SYMBOLS), step, reference(old), word(100), reference(step)));
    else if (old > 0) messages.push(message('D', 1 + (old % SYMBOLS), step, reference(old)));
    if (step === 1_000 || step === 1_200) messages.push(message('H', 1, step, stock(1), Buffer.from(step === 1_000 ? 'H     ' : 'T     ')));
  }
  return Buffer.concat(messages);
}
