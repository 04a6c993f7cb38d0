/** JSON messages over a socket, one a line. */
import type { Socket } from 'node:net';

/** The largest message is a run's curves: some 100 KB. */
const LINE_LIMIT_BYTES = 8 * 1024 * 1024;
/** Whoever does not read for so long is not there any more. */
const UNREAD_LIMIT_BYTES = 8 * 1024 * 1024;

export interface LineHandlers {
  /** Parsed, but not checked. */
  readonly onMessage: (message: unknown) => void;
  /** Called once: the other side has gone, or spoke what is no JSON. */
  readonly onClose: (why: string) => void;
}

export class LineChannel {
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #closed = false;

  constructor(private readonly socket: Socket, private readonly handlers: LineHandlers) {
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#end(error.message));
    socket.on('close', () => this.#end('the connection was closed'));
  }

  /** Without effect once it is closed. */
  send(message: object): void {
    if (this.#closed) return;
    this.socket.write(`${JSON.stringify(message)}\n`);
    if (this.socket.writableLength > UNREAD_LIMIT_BYTES) this.#end('the other side does not read');
  }

  /** Whether this process must go on for it. */
  keepAlive(needed: boolean): void {
    if (needed) this.socket.ref();
    else this.socket.unref();
  }

  /** What was sent still goes out. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.socket.end();
  }

  #take(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end >= 0 && !this.#closed; end = rest.indexOf(0x0a)) {
      const line = Buffer.concat([...this.#partial, rest.subarray(0, end)]).toString('utf8');
      this.#partial = [];
      this.#partialBytes = 0;
      rest = rest.subarray(end + 1);
      this.#hand(line);
    }
    if (rest.length === 0 || this.#closed) return;
    this.#partial.push(rest);
    this.#partialBytes += rest.length;
    if (this.#partialBytes > LINE_LIMIT_BYTES) this.#end('a message without an end was sent');
  }

  #hand(line: string): void {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch (error) {
      this.#end(`a message was no JSON (${error instanceof Error ? error.message : String(error)})`);
      return;
    }
    this.handlers.onMessage(message);
  }

  #end(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.socket.destroy();
    this.handlers.onClose(why);
  }
}
