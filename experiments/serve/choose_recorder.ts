/** Whether a run's records are taken in by this process, or by the `hopscope serve` that is there already. */
import type { Store } from '../../collector/index.js';
import { LocalRecorder } from '../run/local_recorder.js';
import type { Recorder } from '../run/recorder.js';
import type { Settings } from '../spec/schema.js';
import { connectTo, socketFile } from './meeting_place.js';
import { SILENCE_MS } from './protocol.js';
import { RemoteRecorder } from './remote_recorder.js';
import { ServeClient } from './serve_client.js';

export interface RecorderChoice {
  readonly recorder: Recorder;
  /** One sentence; empty where nobody serves, which needs no word. */
  readonly condition: string;
}

export interface RecorderNeeds {
  readonly store: Store;
  /** Notifications on their way, if this process sends them. */
  readonly outbox: string;
  readonly settings: Settings;
  readonly say: (line: string) => void;
}

/** How long a serve may take to say who it is. */
const HELLO_MS = 3_000;

export async function chooseRecorder({ store, outbox, settings, say }: RecorderNeeds, file = socketFile()): Promise<RecorderChoice> {
  const own = (condition: string): RecorderChoice => ({ recorder: new LocalRecorder({ store, outbox, sinks: [], say }), condition });
  let client: ServeClient | undefined;
  try {
    const socket = await connectTo(file);
    if (socket === undefined) return own('');
    client = new ServeClient(socket, HELLO_MS, SILENCE_MS);
    const hello = await client.hello();
    const { who } = client;
    if (settings.probes.switch !== undefined) return leave(client, own(`${who} is left out: probes.switch turns the stall programs of this process off and on`));
    if (hello.store !== store.place) return leave(client, own(`${who} stores in ${hello.store}, this run in ${store.place}: it collects for itself`));
    client.rest();
    return { recorder: new RemoteRecorder(client), condition: `collected by ${who}` };
  } catch (error) {
    client?.close();
    return own(`hopscope serve is there but of no use (${error instanceof Error ? error.message : String(error)}): this run collects for itself`);
  }
}

function leave(client: ServeClient, choice: RecorderChoice): RecorderChoice {
  client.close();
  return choice;
}
