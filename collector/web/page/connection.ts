/** The stream of messages: comes back by itself after a break, and says when it is silent. */
import type { LiveMessage } from '../../live/snapshot.js';

export type ConnectionState = 'live' | 'broken';

/** A message comes every second. */
const SILENT_AFTER_MS = 4_000;
const AGAIN_AFTER_MS = 2_000;

export function connect(onMessage: (message: LiveMessage) => void, onState: (state: ConnectionState, text: string) => void): void {
  let heardAtMs = Date.now();
  let source = open();

  function open(): EventSource {
    const opened = new EventSource('/live');
    opened.onmessage = (event: MessageEvent<string>) => {
      heardAtMs = Date.now();
      const message = JSON.parse(event.data) as LiveMessage;
      onState('live', '');
      onMessage(message);
    };
    opened.onerror = () => {
      onState('broken', 'connection lost, trying again');
      // A refusal ends an EventSource for good; a break does not.
      if (opened.readyState === EventSource.CLOSED) setTimeout(reopen, AGAIN_AFTER_MS);
    };
    return opened;
  }

  function reopen(): void {
    source.close();
    source = open();
  }

  setInterval(() => {
    if (Date.now() - heardAtMs <= SILENT_AFTER_MS) return;
    onState('broken', 'no news from the collector, trying again');
    heardAtMs = Date.now();
    reopen();
  }, 1_000);
}
