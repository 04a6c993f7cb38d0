/**
 * Who may ask what. Reading is free to whoever reaches the port, which is loopback unless told otherwise; changing state needs the token.
 *
 * A page that the user has open elsewhere reaches loopback too: its Origin is foreign, or, when its name is made to point here (DNS
 * rebinding), its Host is. Both are refused before anything else is looked at.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** Everything of the page comes from here; nothing is inline, so a stray string can never become a script. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Puts the headers on every answer, and refuses foreign hosts and origins. */
export function guard(app: FastifyInstance, boundHost: string): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const host = request.headers.host ?? '';
    // Whoever binds to another address may be reached by names that nobody here knows.
    if (isLoopback(boundHost) && !isLoopback(hostnameOf(host))) {
      return refuse(reply, 421, `no such host here: ask http://${boundHost} or http://localhost, as the command said`);
    }
    const { origin } = request.headers;
    if (origin !== undefined && originHost(origin) !== host) return refuse(reply, 403, 'refused: asked by a page of another origin');
    return undefined;
  });
}

/** For routes that change state: `Authorization: Bearer TOKEN`. */
export function requireToken(token: string): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  const expected = digest(token);
  return async (request, reply) => {
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    // Digests have one length, so the comparison tells nothing of the token, its length included.
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return undefined;
    reply.header('www-authenticate', 'Bearer');
    return refuse(reply, 401, 'refused: send the token of this process as "Authorization: Bearer TOKEN"; it stands in the file named at its start');
  };
}

export function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** `127.0.0.1:9464` -> `127.0.0.1`, `[::1]:9464` -> `::1`; empty for what is no host. */
function hostnameOf(host: string): string {
  const match = /^(?:\[([0-9a-f:]+)\]|([^:/@[\]]+))(?::\d+)?$/i.exec(host);
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase();
}

/** Empty for `null` and whatever else is no origin of ours. */
function originHost(origin: string): string {
  return /^http:\/\/([^/]+)$/i.exec(origin)?.[1] ?? '';
}
