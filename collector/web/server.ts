/**
 * The collector's web server: /metrics for Prometheus, /health for whoever restarts things, / for people, /live behind it.
 *
 * Loopback by default. It must stay harmless to what it observes: everything that a client can make it hold is bounded.
 */
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { ActiveAlertView, AlertEventView, BoardSnapshot, LiveMessage } from '../live/snapshot.js';
import { readAssets } from './assets.js';
import { WebError } from './error.js';
import { guard, refuse, requireToken, SECURITY_HEADERS } from './guard.js';
import { healthOf } from './health.js';
import { PAGE } from './html.js';
import { LiveStream } from './live_stream.js';

/** Pulls the switch, or stops the run, of the run named (null: of the one that is measured); says what it did. Throws where there is none. */
export type Action = (runId: string | null) => string | Promise<string>;

export interface WebOptions {
  /** Anything but loopback is the user's own decision: then every Host is answered. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly registry: { readonly contentType: string; metrics(): Promise<string> };
  readonly board: { snapshot(): BoardSnapshot };
  readonly alerts: { active(): readonly ActiveAlertView[]; history(): readonly AlertEventView[] };
  /** Of `Authorization: Bearer`, for what changes state. */
  readonly token: string;
  readonly onKill: Action;
  readonly onAbort: Action;
  readonly log: (line: string) => void;
  /** What else makes /health say 503. */
  readonly troubles?: () => readonly string[];
  readonly liveEveryMs?: number;
}

export interface Web {
  readonly url: string;
  close(): Promise<void>;
}

const BODY_MAX_BYTES = 64 << 10;
/** A header that takes longer is no browser's and no Prometheus'. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 15_000;
const CONNECTIONS_MAX = 2_048;
const HISTORY_SHOWN = 30;

const actionBody = z.strictObject({ run_id: z.string().min(1).max(256).optional() }).nullish();

/** @throws WebError where it cannot listen, with the remedy */
export async function startWeb(options: WebOptions): Promise<Web> {
  const app = fastify({
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 1_000 },
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  const live = new LiveStream(() => JSON.stringify(messageOf(options)), options.liveEveryMs ?? 1_000);
  guard(app, options.host);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error: { readonly statusCode?: number; readonly message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) options.log(`web: ${error.message}`);
    return refuse(reply, status, error.message);
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'there is nothing here: ask for /, /metrics, /health or /live'));
  readingRoutes(app, options, live);
  actionRoutes(app, options);
  await listen(app, options);
  const { address, port, family } = app.server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: async () => {
      live.close();
      await app.close();
    },
  };
}

function readingRoutes(app: FastifyInstance, { registry, board, troubles }: WebOptions, live: LiveStream): void {
  const assets = readAssets();
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  app.get('/metrics', async (_request, reply) => {
    const metrics = await registry.metrics();
    return reply.type(registry.contentType).send(metrics);
  });
  app.get('/health', (_request, reply) => {
    const health = healthOf(board.snapshot(), troubles?.() ?? []);
    return reply.code(health.status === 'ok' ? 200 : 503).send(health);
  });
  app.get<{ Params: { name: string } }>('/assets/:name', (request, reply) => {
    const asset = assets.get(request.params.name);
    return asset === undefined ? refuse(reply, 404, 'there is no such part of the page') : reply.type(asset.type).send(asset.body);
  });
  app.get('/live', (_request, reply): FastifyReply | undefined => {
    if (live.full) return refuse(reply.header('retry-after', '10'), 503, 'too many pages look at once: close some');
    reply.hijack();
    live.add(reply.raw, SECURITY_HEADERS);
    return undefined;
  });
}

function actionRoutes(app: FastifyInstance, { token, onKill, onAbort, log }: WebOptions): void {
  const actions: readonly [string, Action][] = [['kill', onKill], ['abort', onAbort]];
  for (const [name, act] of actions) {
    app.post(`/api/${name}`, { onRequest: requireToken(token) }, async (request, reply) => {
      const body = actionBody.safeParse(request.body);
      if (!body.success) return refuse(reply, 400, 'send nothing, or {"run_id": "…"}');
      try {
        const done = await act(body.data?.run_id ?? null);
        log(`web: ${name} asked for by ${request.ip}: ${done}`);
        return await reply.send({ done });
      } catch (error) {
        return refuse(reply, 409, error instanceof Error ? error.message : String(error));
      }
    });
  }
}

function messageOf({ board, alerts }: WebOptions): LiveMessage {
  const newest = [...alerts.history()].sort((a, b) => b.atMs - a.atMs).slice(0, HISTORY_SHOWN);
  return { ...board.snapshot(), alerts: { active: alerts.active(), history: newest } };
}

async function listen(app: FastifyInstance, { host, port }: WebOptions): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const remedies: Readonly<Record<string, string>> = {
      EADDRINUSE: 'another process has it: end that one, or choose another --port',
      EACCES: 'this user may not use it: choose a --port above 1023',
      EADDRNOTAVAIL: 'this machine has no such address: choose another --host',
      ENOTFOUND: 'the name has no address: choose another --host',
    };
    throw new WebError(`the page cannot be served on ${host}:${port} (${code}): ${remedies[code] ?? (cause as Error).message}`, { cause });
  }
}
