/** What the doctor may ask the machine. The checks see nothing else, so a test can be any machine. */
import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

import { packageRoot } from '../package_root.js';

export interface Host {
  readonly isRoot: boolean;
  /** Node's name of the architecture: x64, arm64. */
  readonly arch: string;
  /** The kernel's release, as `uname -r` prints it. */
  readonly release: string;
  /** Where this package stands. */
  readonly packageRoot: string;
  /** A whole file; undefined where it is not there or not readable. */
  readonly readText: (file: string) => string | undefined;
  readonly exists: (file: string) => boolean;
  /** Empty where files can be made in this directory (which is created where it is missing), else the error's code. */
  readonly writeFault: (directory: string) => string;
  /** Empty where a file of this directory can be opened past the page cache, else the error's code. */
  readonly directFault: (directory: string) => string;
  /** Space that is free for us; undefined where it cannot be told. */
  readonly freeBytes: (directory: string) => number | undefined;
  /** The first line of a command's output; undefined where it is not installed or fails. */
  readonly firstLineOf: (command: string, args: readonly string[]) => string | undefined;
  readonly hasPackage: (name: string) => boolean;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function attempt(action: () => void): string {
  try {
    action();
    return '';
  } catch (error) {
    return codeOf(error);
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function openDirect(directory: string): void {
  const file = path.join(directory, `.direct-${process.pid}`);
  try {
    closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_DIRECT, 0o600));
  } finally {
    rmSync(file, { force: true });
  }
}

export function thisHost(): Host {
  return {
    isRoot: process.geteuid?.() === 0,
    arch: process.arch,
    release: os.release(),
    packageRoot: packageRoot(),
    readText,
    exists: existsSync,
    writeFault: (directory) =>
      attempt(() => {
        mkdirSync(directory, { recursive: true });
        accessSync(directory, constants.W_OK | constants.X_OK);
      }),
    directFault: (directory) => attempt(() => openDirect(directory)),
    freeBytes: (directory) => {
      try {
        const { bavail, bsize } = statfsSync(directory);
        return bavail * bsize;
      } catch {
        return undefined;
      }
    },
    firstLineOf: (command, args) => {
      const asked = spawnSync(command, args, { encoding: 'utf8', timeout: 5_000 });
      return asked.status === 0 ? (asked.stdout.split('\n')[0] ?? '').trim() : undefined;
    },
    hasPackage: (name) => attempt(() => createRequire(import.meta.url).resolve(name)) === '',
  };
}
