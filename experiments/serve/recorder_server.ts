/** The socket on which runs hand their recordings over; one recording at a time. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import type { EngineAddress, Recorder } from '../run/recorder.js';
import { connectTo } from './meeting_place.js';
import type { Hello } from './protocol.js';
import { RunConversation } from './run_conversation.js';
import { ServeClient } from './serve_client.js';
import { ServeError } from './serve_error.js';

export interface RecorderServerOptions {
  readonly file: string;
  readonly hello: () => Omit<Hello, 'version'>;
  readonly recorder: Recorder;
  readonly say: (line: string) => void;
}

/** The run whose recording is open here. */
export interface OpenRun {
  readonly runId: string;
  /** Undefined until it is ready. */
  readonly engine: EngineAddress | undefined;
}

const HELLO_MS = 3_000;

export class RecorderServer {
  readonly #conversations = new Set<RunConversation>();
  #run: OpenRun | undefined;

  private constructor(private readonly server: Server, private readonly options: RecorderServerOptions) {
    server.on('connection', (socket) => this.#meet(socket));
  }

  /** @throws ServeError where another serve is there already, or the socket cannot be made */
  static async listen(options: RecorderServerOptions): Promise<RecorderServer> {
    const { file } = options;
    try {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
      await refuseSecond(file);
      rmSync(file, { force: true }); // of a process that died
      const server = createServer();
      const made = new RecorderServer(server, options);
      await listening(server, file);
      chmodSync(file, 0o600);
      return made;
    } catch (error) {
      if (error instanceof ServeError) throw error;
      throw new ServeError(`serve: ${file} cannot be made (${error instanceof Error ? error.message : String(error)}); run as root, or name another folder with HOPSCOPE_STATE_DIR`);
    }
  }

  get run(): OpenRun | undefined {
    return this.#run;
  }

  /** Finishes what is open, and takes no more. */
  async close(): Promise<void> {
    this.server.close();
    await Promise.all([...this.#conversations].map((conversation) => conversation.end()));
    rmSync(this.options.file, { force: true });
  }

  #meet(socket: Socket): void {
    const { hello, recorder, say } = this.options;
    const conversation = new RunConversation(socket, {
      hello,
      recorder,
      say,
      claim: (runId) => this.#claim(runId),
      onBegin: (engine) => {
        if (this.#run !== undefined) this.#run = { ...this.#run, engine };
      },
      release: () => (this.#run = undefined),
    });
    this.#conversations.add(conversation);
    void conversation.ended.then(() => this.#conversations.delete(conversation));
  }

  #claim(runId: string): void {
    if (this.#run !== undefined) throw new ServeError(`hopscope serve (process ${process.pid}) is collecting run ${this.#run.runId}, and takes one at a time; wait for it, or stop it`);
    this.#run = { runId, engine: undefined };
  }
}

async function refuseSecond(file: string): Promise<void> {
  const socket = await connectTo(file);
  if (socket === undefined) return;
  const client = new ServeClient(socket, HELLO_MS);
  const pid = await client.hello().then((hello) => hello.pid, () => undefined).finally(() => client.close());
  throw new ServeError(pid === undefined
    ? `hopscope serve is running already on ${file}, but does not answer; end it (pgrep -f 'hopscope.*serve' finds it), or let it go on`
    : `hopscope serve (process ${pid}) is running already; stop it with kill ${pid}`);
}

function listening(server: Server, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const mask = process.umask(0o177); // from its first moment for its owner alone
    server.once('error', reject);
    server.listen(file, () => {
      server.removeListener('error', reject);
      resolve();
    });
    process.umask(mask);
  });
}
