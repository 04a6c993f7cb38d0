// Stands in for whoever is notified over HTTP: remembers what it was sent, and answers as a test wants.
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReceivedPost {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
}

export type Answer = number | ((response: ServerResponse) => void);

export class FakeTarget {
  readonly posts: ReceivedPost[] = [];
  answer: Answer = 200;
  readonly #server: Server;
  #port = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.posts.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString('utf8'), atMs: Date.now() });
        if (typeof this.answer === 'number') response.writeHead(this.answer).end('as told');
        else this.answer(response);
      });
    });
  }

  static async open(port = 0): Promise<FakeTarget> {
    const target = new FakeTarget();
    await new Promise<void>((resolve, reject) => {
      target.#server.once('error', reject);
      target.#server.listen(port, '127.0.0.1', () => resolve());
    });
    target.#port = (target.#server.address() as AddressInfo).port;
    return target;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`;
  }

  get bodies(): readonly unknown[] {
    return this.posts.map((post) => JSON.parse(post.body) as unknown);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const target = await FakeTarget.open();
  const { port } = target;
  await target.close();
  return port;
}

export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 8000): Promise<void> {
  const giveUpMs = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > giveUpMs) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(20);
  }
}
