/**
 * The control socket of a run: HTTP on 127.0.0.1, on a port that the kernel chooses. `POST /order/new` and so on (command_desk.ts), a small JSON
 * body, `Authorization: Bearer TOKEN`. Whatever else comes is refused in one line: `{"error": "…"}`.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { COMMANDS, type CommandDesk, type CommandPath } from './command_desk.js';
import type { ControlAddress } from './control_file.js';
import { ControlError } from './control_error.js';

const HOST = '127.0.0.1';
const TOKEN_BYTES = 32;
/** As long as the engine's mailbox, and more than any command needs. */
export const MOST_BODY_BYTES = 65_536;
const PATIENCE_MS = 10_000;
const MOST_CONNECTIONS = 16;

/** An answer that is none of the desk's. */
class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export class ControlServer {
  private constructor(private readonly server: Server, readonly address: ControlAddress) {}

  static async open(runId: string, desk: Pick<CommandDesk, 'take'>): Promise<ControlServer> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const expected = digest(token);
    const server = createServer((request, response) => void serve(request, response, desk, expected));
    server.requestTimeout = PATIENCE_MS;
    server.headersTimeout = PATIENCE_MS;
    server.maxConnections = MOST_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, HOST, resolve);
    });
    server.unref(); // the run's end is the process's, whoever is still connected
    return new ControlServer(server, { run_id: runId, host: HOST, port: (server.address() as AddressInfo).port, token });
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, desk: Pick<CommandDesk, 'take'>, expected: Buffer): Promise<void> {
  const { status, body } = await handle(request, desk, expected);
  const text = JSON.stringify(body);
  // What was not read of a refused body stays unread.
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...(status === 200 ? {} : { connection: 'close' }) });
  response.end(text);
}

interface Reply {
  readonly status: number;
  readonly body: object;
}

async function handle(request: IncomingMessage, desk: Pick<CommandDesk, 'take'>, expected: Buffer): Promise<Reply> {
  try {
    requireToken(request, expected);
    const path = pathOf(request);
    return { status: 200, body: await desk.take(path, await readBody(request)) };
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: { error: error.message } };
    if (error instanceof ControlError) return { status: 409, body: { error: error.message } };
    return { status: 500, body: { error: `a fault of the program: ${error instanceof Error ? error.message : String(error)}` } };
  }
}

/** Before anything else is looked at. */
function requireToken({ headers: { authorization = '' } }: IncomingMessage, expected: Buffer): void {
  const given = /^Bearer (\S+)$/i.exec(authorization)?.[1];
  // Digests have one length, so the comparison tells nothing of the token, its length included.
  if (given === undefined || !timingSafeEqual(digest(given), expected)) {
    throw new Refusal(401, 'send the token of this run as "Authorization: Bearer TOKEN"; hopscope order and hopscope limits know where it stands');
  }
}

function pathOf({ method, url = '', headers }: IncomingMessage): CommandPath {
  const path = COMMANDS.find((known) => known === url);
  if (path === undefined) throw new Refusal(404, `there is nothing at this path; there are ${COMMANDS.join(', ')}`);
  if (method !== 'POST') throw new Refusal(405, 'a command is sent by POST');
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) throw new Refusal(415, 'a command is JSON; send content-type: application/json');
  return path;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const tooLong = new Refusal(413, `a command has at most ${MOST_BODY_BYTES} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) throw tooLong;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw tooLong;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new Refusal(400, 'the body is no JSON');
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
