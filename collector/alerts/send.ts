/** One attempt to hand a notification to its target: over HTTP, or to a command. Never throws. */
import type { ReadableStream } from 'node:stream/web';
import { execa } from 'execa';
import { alertmanagerBody, webhookBody, type Notification } from './notification.js';

export type Outcome =
  | { readonly kind: 'delivered' }
  /** `again`: it may work later. Otherwise the target has answered, and would answer the same for ever. */
  | { readonly kind: 'failed'; readonly error: string; readonly again: boolean };

export interface SendOptions {
  readonly nowMs: number;
  /** Ends the attempt early; it has failed then. */
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Of an answer, or of a command's complaint: enough for the line that says why. */
const SHOWN_BYTES = 300;

export const NOT_TRIED = 'there was no time for an attempt';

const DELIVERED: Outcome = { kind: 'delivered' };

export function send(notification: Notification, options: SendOptions): Promise<Outcome> {
  const { target } = notification;
  // Also because a command that could not be started must not be killed in the same turn: Node.js 20 signals whatever process its memory names.
  if (options.signal.aborted) return Promise.resolve({ kind: 'failed', error: NOT_TRIED, again: true });
  switch (target.kind) {
    case 'alertmanager': return post(`${target.url.replace(/\/+$/, '')}/api/v2/alerts`, alertmanagerBody(notification, options.nowMs), options);
    case 'webhook': return post(target.url, webhookBody(notification), options);
    case 'command': return run(target.argv, webhookBody(notification), options);
  }
}

async function post(url: string, body: string, { signal, timeoutMs = TIMEOUT_MS }: SendOptions): Promise<Outcome> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { address, headers } = credentialsApart(url);
    // A redirect could lead anywhere, the machine's own services included: it is not followed.
    const response = await fetch(address, { method: 'POST', body, headers, redirect: 'manual', signal: AbortSignal.any([signal, timeout]) });
    const said = await beginningOf(response);
    if (response.ok) return DELIVERED;
    if (response.status >= 300 && response.status < 400) {
      return refused(`answered ${response.status}, a redirect, which is not followed: write the address it leads to`);
    }
    const again = response.status >= 500 || response.status === 429;
    return { kind: 'failed', error: `answered ${response.status}${said === '' ? '' : `: ${said}`}`, again };
  } catch (error) {
    if (timeout.aborted) return { kind: 'failed', error: `no answer within ${timeoutMs / 1000} s`, again: true };
    return { kind: 'failed', error: signal.aborted ? 'no answer yet' : reasonOf(error), again: true };
  }
}

/** fetch() refuses a URL that holds a password; as a header it is welcome. */
function credentialsApart(url: string): { readonly address: string; readonly headers: Record<string, string> } {
  const address = new URL(url);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (address.username !== '' || address.password !== '') {
    const plain = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
    headers.authorization = `Basic ${Buffer.from(plain).toString('base64')}`;
    address.username = '';
    address.password = '';
  }
  return { address: address.href, headers };
}

/** An answer may be endless: no more of it is read than is shown. */
async function beginningOf(response: Response): Promise<string> {
  const body: ReadableStream<Uint8Array> | null = response.body;
  if (body === null) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the stream.
  for await (const part of body) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= SHOWN_BYTES) break;
  }
  return firstLine(Buffer.concat(parts).toString('utf8'));
}

async function run(argv: readonly string[], input: string, { signal, timeoutMs = TIMEOUT_MS }: SendOptions): Promise<Outcome> {
  const [command = '', ...rest] = argv;
  try {
    const ended = await execa(command, rest, {
      shell: false,
      input: `${input}\n`,
      stdout: 'ignore',
      stderr: 'pipe',
      maxBuffer: { stderr: 64 * 1024 },
      timeout: timeoutMs,
      forceKillAfterDelay: 1000,
      cancelSignal: signal,
      reject: false,
    });
    if (ended.isCanceled) return { kind: 'failed', error: 'had not ended yet', again: true };
    return outcomeOf(ended, timeoutMs);
  } catch (error) {
    return refused(`could not be run: ${reasonOf(error)}`); // arguments that no process can have
  }
}

interface EndedCommand {
  readonly failed: boolean;
  readonly timedOut: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly stderr: string;
  readonly shortMessage?: string | undefined;
}

function outcomeOf({ failed, timedOut, exitCode, signal, code, stderr, shortMessage }: EndedCommand, timeoutMs: number): Outcome {
  if (!failed) return DELIVERED;
  if (timedOut) return { kind: 'failed', error: `did not end within ${timeoutMs / 1000} s`, again: true };
  if (exitCode === undefined && signal === undefined) {
    // It was never started.
    const missing = code === 'ENOENT' || code === 'EACCES';
    return { kind: 'failed', error: `could not be run: ${code ?? firstLine(shortMessage ?? '')}`, again: !missing };
  }
  const complaint = firstLine(stderr);
  const how = signal === undefined ? `exit code ${exitCode ?? '?'}` : `ended by ${signal}`;
  return { kind: 'failed', error: complaint === '' ? how : `${how}: ${complaint}`, again: true };
}

function refused(error: string): Outcome {
  return { kind: 'failed', error, again: false };
}

/** fetch() says "fetch failed"; its cause says why, for both address families at once. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return reasonOf(error.cause);
  return firstLine(error instanceof Error ? error.message : String(error));
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]?.slice(0, SHOWN_BYTES) ?? '';
}
