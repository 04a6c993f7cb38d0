/** One conversation with `hopscope serve`, from the side that asks. */
import { z } from 'zod';
import type { Socket } from 'node:net';
import { LineChannel } from './line_channel.js';
import { HelloAnswer, PROTOCOL_VERSION, SILENCE_MS, SaidMessage, type CallSaid, type Hello, type Said } from './protocol.js';
import { ServeError } from './serve_error.js';

type Event = Extract<Said, { readonly event: string }>;
/** A call without its id, which is given here. */
type Question = CallSaid extends infer One ? (One extends CallSaid ? Omit<One, 'id'> : never) : never;

interface Pending {
  readonly take: (answer: unknown) => void;
  readonly refuse: (error: Error) => void;
}

const WATCH_MS = 500;
/** Nobody waits for events: silence means nothing. */
const IDLE = (): void => undefined;

export class ServeClient {
  readonly #channel: LineChannel;
  readonly #pending = new Map<number, Pending>();
  readonly #watch: NodeJS.Timeout;
  #nextId = 1;
  #heardMs = performance.now();
  #gone: string | undefined;
  #who = 'hopscope serve';
  /** Set once by whoever holds a recording. */
  onEvent: (event: Event) => void = IDLE;

  #silenceMs: number;

  /**
   * @param silenceMs how long it may take to say hello
   * @param patienceMs how long it may be silent once work is asked for
   */
  constructor(socket: Socket, silenceMs = SILENCE_MS, private readonly patienceMs = silenceMs) {
    this.#silenceMs = silenceMs;
    this.#channel = new LineChannel(socket, { onMessage: (message) => this.#take(message), onClose: (why) => this.#lose(`has died (${why})`) });
    this.#watch = setInterval(() => this.#noticeSilence(), WATCH_MS).unref();
  }

  /** @throws ServeError where the other side is of another version, or does not answer */
  async hello(): Promise<Hello> {
    const hello = await this.ask({ call: 'hello', version: PROTOCOL_VERSION }, HelloAnswer);
    if (hello.version !== PROTOCOL_VERSION) throw new ServeError(`hopscope serve (process ${hello.pid}) is of another version; stop it with kill ${hello.pid} and start it again`);
    this.#who = `hopscope serve (process ${hello.pid})`;
    return hello;
  }

  /** Nothing is asked for now: should the run fail before it does, it must not hang here. */
  rest(): void {
    this.#channel.keepAlive(false);
  }

  /** From now on work is asked for, which takes its time. */
  engage(): void {
    this.#silenceMs = this.patienceMs;
    this.#channel.keepAlive(true);
  }

  /** `hopscope serve (process 17)` */
  get who(): string {
    return this.#who;
  }

  /** Why nothing more can be asked; undefined while all is well. */
  get gone(): string | undefined {
    return this.#gone;
  }

  /** @throws ServeError what the other side refused, or that it is gone */
  async ask<Answer>(question: Question, schema: z.ZodType<Answer>): Promise<Answer> {
    if (this.#gone !== undefined) throw new ServeError(this.#gone);
    const id = this.#nextId;
    this.#nextId += 1;
    this.#heardMs = performance.now(); // an idle conversation is silent by right
    const answer = await new Promise<unknown>((take, refuse) => {
      this.#pending.set(id, { take, refuse });
      this.#channel.send({ ...question, id });
    }).finally(() => this.#pending.delete(id));
    const read = schema.safeParse(answer);
    if (!read.success) throw new ServeError(`${this.#who} answers ${question.call} in a way that is not understood (${z.prettifyError(read.error)}); are both of one version?`);
    return read.data;
  }

  /** The other side finishes by itself what is open. */
  close(): void {
    clearInterval(this.#watch);
    this.#channel.close();
    this.#refuseAll(new ServeError(`the conversation with ${this.#who} is over`));
  }

  #take(message: unknown): void {
    this.#heardMs = performance.now();
    const read = SaidMessage.safeParse(message);
    if (!read.success) {
      this.#lose(`says what is not understood (${z.prettifyError(read.error)}); are both of one version?`);
      return;
    }
    const said = read.data;
    if ('event' in said) {
      this.onEvent(said);
      return;
    }
    const asked = this.#pending.get(said.id);
    if ('refused' in said) asked?.refuse(new ServeError(said.refused));
    else asked?.take(said.answer);
  }

  #noticeSilence(): void {
    if (this.#pending.size === 0 && this.onEvent === IDLE) return;
    if (performance.now() - this.#heardMs > this.#silenceMs) this.#lose(`has been silent for ${this.#silenceMs / 1000} s`);
  }

  #lose(why: string): void {
    if (this.#gone !== undefined) return;
    this.#gone = `${this.#who} ${why}`;
    clearInterval(this.#watch);
    this.#channel.close();
    this.#refuseAll(new ServeError(this.#gone));
  }

  #refuseAll(error: Error): void {
    for (const { refuse } of this.#pending.values()) refuse(error);
    this.#pending.clear();
  }
}
