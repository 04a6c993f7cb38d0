import { expect } from 'chai';
import fc from 'fast-check';
import { RowWriter } from '../../collector/row_writer.js';

describe('RowWriter', () => {
  it('writes numbers little endian, and texts behind their length', () => {
    const row = new RowWriter().text('r1').u8(1).u16(0x0203).u32(0x04050607).i32(-3).u64(2 ** 40 + 5).i64(-2n).take();
    expect(row.toString('hex')).to.equal('027231' + '01' + '0302' + '07060504' + 'fdffffff' + '0500000000010000' + 'feffffffffffffff');
  });

  it('grows in front of any kind of value', () => {
    for (const write of [(row: RowWriter) => row.u8(7), (row: RowWriter) => row.u16(7), (row: RowWriter) => row.u32(7), (row: RowWriter) => row.i32(7), (row: RowWriter) => row.u64(7), (row: RowWriter) => row.i64(7n)]) {
      const row = new RowWriter();
      while (row.bytes < 200_000) write(row);
      expect(row.take().filter((byte) => byte === 7).length).to.be.within(25_000, 200_000);
    }
  });

  it('keeps every byte while it grows, and starts anew once taken', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ text: fc.string({ maxLength: 300, unit: 'grapheme' }), value: fc.maxSafeNat() }), { maxLength: 40 }), fc.integer({ min: 1, max: 200 }), (rows, times) => {
        const writer = new RowWriter();
        for (let time = 0; time < times; time += 1) for (const { text, value } of rows) writer.text(text).u64(value);
        const taken = writer.take();
        expect(writer.bytes).to.equal(0);
        writer.text('later').u64(1);
        let at = 0;
        for (let time = 0; time < times; time += 1) {
          for (const { text, value } of rows) {
            let length = 0;
            for (let shift = 0, more = true; more; shift += 7) {
              const byte = taken.readUInt8(at++);
              length |= (byte & 0x7f) << shift;
              more = byte >= 0x80;
            }
            if (taken.toString('utf8', at, at + length) !== text || taken.readBigUInt64LE(at + length) !== BigInt(value)) expect.fail(`row of ${text} at byte ${at}`);
            at += length + 8;
          }
        }
        expect(at).to.equal(taken.length);
      }),
      { numRuns: 50 },
    );
  });
});
