/**
 * Server-sent events: one message a second to every page that looks.
 *
 * A page that does not read is dropped before what waits for it grows; nothing is composed while nobody looks.
 */
import type { ServerResponse } from 'node:http';

const CLIENTS_MAX = 64;
/** About ten messages. What the kernel's socket buffers hold comes on top. */
const UNREAD_MAX_BYTES = 256 << 10;
/** After a break the page asks again so much later. */
const RETRY_MS = 1_000;

export class LiveStream {
  readonly #clients = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | null = null;

  /** @param message must not throw, and holds no line break */
  constructor(
    private readonly message: () => string,
    private readonly everyMs: number,
  ) {}

  get full(): boolean {
    return this.#clients.size >= CLIENTS_MAX;
  }

  add(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', connection: 'close' });
    response.on('close', () => this.#remove(response));
    response.on('error', () => this.#remove(response)); // it went away while we wrote
    response.socket?.setNoDelay(true);
    this.#clients.add(response);
    response.write(`retry: ${RETRY_MS}\n\n${this.#event()}`);
    this.#timer ??= setInterval(() => this.#tick(), this.everyMs);
  }

  close(): void {
    for (const client of this.#clients) client.end();
    this.#stop();
  }

  #tick(): void {
    const event = this.#event();
    for (const client of this.#clients) {
      if (client.writableLength > UNREAD_MAX_BYTES) client.destroy();
      else client.write(event);
    }
  }

  #event(): string {
    return `data: ${this.message()}\n\n`;
  }

  #remove(client: ServerResponse): void {
    this.#clients.delete(client);
    if (this.#clients.size === 0) this.#stop();
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
