#!/usr/bin/env node
// The command line. Everything is in experiments/cli.ts; this file only says what to do where it has not been built.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cli = new URL('../dist/experiments/cli.js', import.meta.url);
if (existsSync(fileURLToPath(cli))) {
  await import(cli.href);
} else {
  console.error(`hopscope: not built yet (no ${fileURLToPath(cli)}); npm run setup`);
  process.exitCode = 1;
}
