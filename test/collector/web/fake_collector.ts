/** A web server over made-up readings: a real Board, alerts that the test sets, actions that are noted. */
import { Board } from '../../../collector/live/board.js';
import type { ActiveAlertView, AlertEventView } from '../../../collector/live/snapshot.js';
import { startWeb, type Web, type WebOptions } from '../../../collector/web/server.js';

export const TOKEN = 'a-token-of-this-test-only-0123456789';

export class FakeCollector {
  active: readonly ActiveAlertView[] = [];
  history: readonly AlertEventView[] = [];
  /** `kill RUN`, `abort RUN`. */
  readonly done: string[] = [];
  readonly logged: string[] = [];

  private constructor(
    readonly board: Board,
    private web: Web | null,
  ) {}

  get url(): string {
    return this.web?.url ?? '';
  }

  static async start(options: Partial<WebOptions> & { readonly nowMs?: () => number } = {}): Promise<FakeCollector> {
    const fake = new FakeCollector(new Board(options.nowMs ?? Date.now), null);
    await fake.listen(options);
    return fake;
  }

  async listen(options: Partial<WebOptions> = {}): Promise<void> {
    const note = (name: string) => (runId: string | null): string => {
      this.done.push(`${name} ${runId ?? ''}`);
      return `${name} done`;
    };
    this.web = await startWeb({
      host: '127.0.0.1',
      port: 0,
      registry: { contentType: 'text/plain; version=0.0.4; charset=utf-8', metrics: () => Promise.resolve('hopscope_engine_up 1\n') },
      board: this.board,
      alerts: { active: () => this.active, history: () => this.history },
      token: TOKEN,
      onKill: note('kill'),
      onAbort: note('abort'),
      log: (line) => this.logged.push(line),
      ...options,
    });
  }

  async close(): Promise<void> {
    await this.web?.close();
    this.web = null;
  }
}

/** The alert of the docs: a round trip over its limit. */
export function breach(runId: string, atMs: number): { readonly pending: AlertEventView; readonly firing: AlertEventView; readonly resolved: AlertEventView; readonly active: ActiveAlertView } {
  const alert = { rule: 'rtt-breach', severity: 'page', summary: 'the round trip breaks its target', expr: 'tick_to_ack.p99 > 100us', runId, unit: 'ns' };
  const pending = { ...alert, state: 'pending' as const, atMs, sinceMs: atMs, value: 131_072, reason: 'the condition holds' };
  return {
    pending,
    firing: { ...pending, state: 'firing', atMs: atMs + 5_000, value: 143_360, reason: 'it has held for 5 s' },
    resolved: { ...pending, state: 'resolved', atMs: atMs + 15_000, value: 10_368, reason: 'the condition holds no more' },
    active: { ...alert, state: 'firing', sinceMs: atMs, firingSinceMs: atMs + 5_000, value: 143_360 },
  };
}
