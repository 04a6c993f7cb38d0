/** Rows in ClickHouse's RowBinary, made in this process: little endian, strings behind their length, no padding. */

const FIRST_BYTES = 64 * 1024;
const TWO_POW_32 = 2 ** 32;

export class RowWriter {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  readonly #texts = new Map<string, Buffer>();

  get bytes(): number {
    return this.#length;
  }

  /** String and LowCardinality(String). Remembers each text: meant for names that repeat. */
  text(value: string): this {
    let encoded = this.#texts.get(value);
    if (encoded === undefined) {
      encoded = encodeText(value);
      this.#texts.set(value, encoded);
    }
    const at = this.#grow(encoded.length);
    encoded.copy(this.#buffer, at);
    return this;
  }

  u8(value: number): this {
    const at = this.#grow(1);
    this.#buffer.writeUInt8(value, at);
    return this;
  }

  u16(value: number): this {
    const at = this.#grow(2);
    this.#buffer.writeUInt16LE(value, at);
    return this;
  }

  u32(value: number): this {
    const at = this.#grow(4);
    this.#buffer.writeUInt32LE(value, at);
    return this;
  }

  /** @param value an integer from 0 to 2^53 */
  u64(value: number): this {
    const at = this.#grow(8);
    this.#buffer.writeUInt32LE(value % TWO_POW_32, at);
    this.#buffer.writeUInt32LE(Math.floor(value / TWO_POW_32), at + 4);
    return this;
  }

  i32(value: number): this {
    const at = this.#grow(4);
    this.#buffer.writeInt32LE(value, at);
    return this;
  }

  /** Int64, and DateTime64(9) as ns since 1970. */
  i64(value: bigint): this {
    const at = this.#grow(8);
    this.#buffer.writeBigInt64LE(value, at);
    return this;
  }

  /** What was written since the last call; the caller may keep it. */
  take(): Buffer {
    const taken = Buffer.from(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }

  /** @returns where the next `bytes` begin. May replace the buffer: take it after this call. */
  #grow(bytes: number): number {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    return at;
  }
}

function encodeText(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length: number[] = [];
  let left = bytes.length;
  for (; left >= 0x80; left >>>= 7) length.push((left & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...length, left]), bytes]);
}
