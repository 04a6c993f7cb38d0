// `node docker/healthy.js URL`: exits 0 when URL answers 200, else says what it answered and exits 1. What a health check runs.
const [url = ''] = process.argv.slice(2);
const PATIENCE_MS = 3_000; // below the health check's own timeout, so that the reason is said

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'error' });
  const text = await answer.text();
  if (!answer.ok) process.stderr.write(`${url}: ${answer.status} ${text.slice(0, 500)}\n`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  process.stderr.write(`${url}: ${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
